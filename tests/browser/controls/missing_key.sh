# The English catalogue has no word for the first button that people press.
sed -i '/^msgid "予約する"$/,/^$/d' lang/en.po
