# Forms carry no key: pressing again after going back does the act again.
sed -i '/name="_key"/d' src/kernel/pages/form.html src/kernel/pages/check.html
