# After an error the fields are empty again.
sed -i 's/ value="{{value}}"{{#short}}/ value=""{{#short}}/' src/kernel/pages/field.html
