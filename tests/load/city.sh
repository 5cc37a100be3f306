# city.sh - demo cities for race, fault and bench.  Sourced with the root of the tree as current directory.
#   work    a folder that is removed at the end
#   city_lite DIR      a fresh demo city of its own
#   city_pg NAME DIR   the same in a fresh database; sets $url
# The city is made once, in memory where that is possible (no sync matters while it is made), and copied.
work=$(mktemp -d "${TMPDIR:-/tmp}/madoguchi-load.XXXXXX")
nursery=$work
[ ! -w /dev/shm ] || nursery=$(mktemp -d /dev/shm/madoguchi-load.XXXXXX)
databases=
city_end() {
    for name in $databases; do
        psql -q -d "$MADOGUCHI_TEST_PG" -c "DROP DATABASE IF EXISTS $name WITH (FORCE)" >/dev/null 2>&1 || :
    done
    rm -rf "$work" "$nursery"
}
trap city_end EXIT
trap 'exit 130' INT TERM

city_lite() {
    if [ ! -d "$nursery/city" ]; then
        build/madoguchi demo --data "$nursery/city" >"$work/demo.log" || { cat "$work/demo.log"; return 1; }
    fi
    rm -rf "$1"
    cp -r "$nursery/city" "$1"
    sed -i "s|^database.*|database = \"sqlite:$1/madoguchi.db\";|" "$1/madoguchi.conf"
}

# postgresql:///madoguchi?host=DIR → the same server, another database.
pg_named() { echo "$MADOGUCHI_TEST_PG" | sed "s|///[^?]*|///$1|"; }

city_pg() {
    template=load_city_$$ name=$1_$$ url=$(pg_named "$1_$$")
    case " $databases " in
    *" $template "*) ;;
    *)
        psql -q -d "$MADOGUCHI_TEST_PG" -c "CREATE DATABASE $template" || return 1
        databases="$databases $template"
        build/madoguchi demo --data "$work/pg_city" --database "$(pg_named "$template")" >"$work/demo.log" || { cat "$work/demo.log"; return 1; }
        ;;
    esac
    databases="$databases $name"
    psql -q -d "$MADOGUCHI_TEST_PG" -c "CREATE DATABASE $name TEMPLATE $template" || return 1
    rm -rf "$2"
    cp -r "$work/pg_city" "$2"
}

# One line a check: judge NAME EXIT-CODE, and with a third word "red" the other way round.  0 well, 1 not, 77 skipped.
passed=0 failed=0 skipped=0
judge() {
    wanted=green
    [ "${3:-}" != red ] || wanted=red
    case $wanted:$2 in
    green:0 | red:1) passed=$((passed + 1)) && echo "ok   $1" ;;
    *:77) skipped=$((skipped + 1)) && echo "skip $1" ;;
    red:0) failed=$((failed + 1)) && echo "FAIL $1: the planted bug was not seen" ;;
    *) failed=$((failed + 1)) && echo "FAIL $1: exit code $2" ;;
    esac
}

close_part() {
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ]
}
