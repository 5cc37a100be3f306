# Buttons of 40 px.
echo '@layer print { .button, button { min-block-size: 0; block-size: 40px; padding-block: 0; } }' >>src/web/assets/madoguchi.css
