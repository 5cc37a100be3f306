# rules.sh - the house's rules, one function each: rule_NAME prints a line "NAME: file:line: what" for every
# breach and nothing else.  Sourced by run.sh; the current directory is the root of the tree to judge.
# Controls (tests/house/controls/NAME/…) are small bad trees that the rule must name; they are never judged
# with the tree itself.

# Files of the tree whose names match the patterns, sorted, without what is built or fetched.
files() {
    find . \( -name .git -o -name 'build' -o -name 'build-*' -o -name node_modules -o -path ./demo -o \
        -path ./tests/house/controls \) -prune -o -type f \( "$@" \) -print | sed 's|^\./||' | LC_ALL=C sort
}
c_files() { files -name '*.c' -o -name '*.h'; }
src_files() { c_files | grep '^src/'; }
folders() {
    find . \( -name .git -o -name 'build' -o -name 'build-*' -o -name node_modules -o -path ./demo -o \
        -path ./tests/house/controls/\* \) -prune -o -type d -print | sed 's|^\./||; /^\.$/d' | LC_ALL=C sort
}
# awk over files named on standard input; nothing if there are none.
each_file() {
    list=$(cat)
    # shellcheck disable=SC2086
    [ -z "$list" ] || LC_ALL=C awk "$@" $list
}

# Who may include whom; systems never include each other.  A header without a folder stands beside its file.
rule_rooms() {
    src_files | each_file '
        BEGIN {
            may["base"] = "base/"; may["store"] = "base/ store/"; may["web"] = "base/ web/"
            may["paper"] = "base/ paper/"; may["kernel"] = "base/ store/ web/ paper/ kernel/"
            may["verify"] = "base/ kernel/bundle_text.h kernel/note.h kernel/oplog_bytes.h kernel/tree.h"
            may["systems"] = "kernel/kernel.h"; may["app"] = "base/ store/ web/ paper/ kernel/ systems/ app/"
            rooms = " base store web paper kernel systems app verify "
        }
        FNR == 1 {
            split(FILENAME, at, "/")
            room = at[2]; allowed = may[room]
            own = room == "systems" ? "systems/" at[3] "/" : room "/"
        }
        /^[ \t]*#[ \t]*include[ \t]*["<]/ {
            name = $0
            sub(/^[^"<]*["<]/, "", name); sub(/[">].*/, "", name)
            first = name; sub(/\/.*/, "", first)
            if (name ~ /\.\./) { print "rooms: " FILENAME ":" FNR ": climbs out by .. (" name ")"; next }
            if (index(rooms, " " first " ") == 0) next
            ok = index(name, own) == 1
            n = split(allowed, a, " ")
            for (i = 1; i <= n; i++) if (index(name, a[i]) == 1) ok = 1
            if (room == "systems" && first == "kernel" && name != "kernel/kernel.h") ok = 0
            if (!ok) print "rooms: " FILENAME ":" FNR ": " room " may not include " name
        }'
}

# MAP.md names each folder once, and each folder it names is there: lines "- `folder/` what".
rule_map() {
    [ -f MAP.md ] || { echo "map: MAP.md:1: is missing" && return; }
    folders | awk -v map=MAP.md '
        { there[$0] = 1 }
        END {
            while ((getline line < map) > 0) {
                n++
                if (line !~ /^ *- `[^`]+\/`/) continue
                sub(/^ *- `/, "", line); sub(/\/`.*/, "", line)
                if (line in named) print "map: MAP.md:" n ": names " line "/ twice"
                if (!(line in there)) print "map: MAP.md:" n ": names " line "/, which is not there"
                named[line] = 1
            }
            for (f in there) if (!(f in named)) print "map: MAP.md:1: does not name " f "/"
        }'
}

# The compiler refuses most of these by base/banned.h; this also sees code that no build compiles.
rule_banned() {
    c_files | grep -v '^src/base/banned\.h$' | each_file '
        {
            line = $0
            gsub(/"([^"\\]|\\.)*"/, "\"\"", line); sub(/\/\/.*/, "", line)
            if (line ~ /^[ \t]*(\/?\*\*?[ \t])/) next
            if (match(line, /(^|[^A-Za-z0-9_.>])(strcpy|strcat|strncpy|strncat|sprintf|vsprintf|gets|strtok|gmtime|localtime|ctime|asctime|mktime|strftime|rand|srand|random|srandom|drand48|atoi|atol|atoll|atof|sscanf|system|popen|tmpnam|tempnam|mktemp|alloca)[ \t]*\(/)) {
                word = substr(line, RSTART, RLENGTH); gsub(/[^A-Za-z0-9_]/, "", word)
                print "banned: " FILENAME ":" FNR ": " word
            }
        }'
}

# What is unfinished is not in the tree.
rule_unfinished() {
    files -name '*.[ch]' -o -name '*.sh' -o -name '*.md' -o -name '*.html' -o -name '*.mjs' -o -name '*.build' \
        -o -name run -o -name test -o -name bench | grep -v '^tests/house/' |
        each_file '/(^|[^A-Za-z])(TODO|FIXME|XXX|HACK)([^A-Za-z]|$)/ { print "unfinished: " FILENAME ":" FNR ": " $0 }'
}

# A file of C, shell or template has at most 600 lines.
rule_file_size() {
    files -name '*.[ch]' -o -name '*.sh' -o -name '*.html' -o -name '*.mjs' -o -name run -o -name test |
        each_file 'FNR == 601 { print "file_size: " FILENAME ":601: more than 600 lines" }'
}

# "lines file line name" of every function, by ctags.
function_sizes() {
    c_files | ctags --languages=C --langmap=C:+.h --c-kinds=f --fields=+ne --sort=no -o - -L - 2>/dev/null |
        awk -F'\t' '!/^!_/ {
            line = end = 0
            for (i = 4; i <= NF; i++) {
                if ($i ~ /^line:/) line = substr($i, 6)
                if ($i ~ /^end:/) end = substr($i, 5)
            }
            if (end) print end - line + 1, $2, line, $1
        }'
}
rule_function_size() {
    function_sizes | awk '$1 > 70 { print "function_size: " $2 ":" $3 ": " $4 " has " $1 " lines" }'
}

# All that a system may include stays readable at one sitting.
rule_kernel_size() {
    [ ! -f src/kernel/kernel.h ] ||
        awk 'FNR == 201 { print "kernel_size: src/kernel/kernel.h:201: more than 200 lines" }' src/kernel/kernel.h
}

# Planted bugs replace an object at link time; the program itself knows nothing of tests.
rule_no_switches() {
    src_files | each_file '/^[ \t]*#[ \t]*(if|ifdef|ifndef|elif).*(TEST|CONTROL|PLANT|FUZZ|DEBUG|BROKEN|BUG|FAULT)/ && !/_H$/ {
        print "no_switches: " FILENAME ":" FNR ": " $0 }'
}

# The kernel never names a system; an example in a comment is none.
rule_kernel_blind() {
    ids="crematorium audit finance family_register school city_planning applications vaccination childcare preventive_care"
    ids="$ids public_assistance property_tax residents benefits child_medical sewer"
    for dir in src/systems/*/; do [ ! -d "$dir" ] || ids="$ids $(basename "$dir")"; done
    src_files | grep -E '^src/(base|store|web|paper|kernel)/' | each_file -v ids="$ids" '
        BEGIN { n = split(ids, id, " ") }
        /^[ \t]*(\/\*|\*\*)/ && !/\*\/./ { next }
        {
            line = $0
            gsub(/\/\*[^*]*\*\//, "", line); sub(/\/\*.*/, "", line)
            for (i = 1; i <= n; i++) if (line ~ "\"" id[i] "[\".]" || line ~ "systems/" id[i] || line ~ "struct system " id[i])
                { print "kernel_blind: " FILENAME ":" FNR ": names " id[i]; break }
        }'
}

# SQL of a system names only its own tables (SYSTEM_…), the scoped views of them (seen_SYSTEM_…), views of the
# kernel (k_…) and its own WITH names.
rule_own_tables() {
    src_files | grep '^src/systems/[^/]*/' | each_file '
        FNR == 1 { split(FILENAME, at, "/"); own = at[3] "_"; split("", with) }
        /"/ {
            line = $0; sql = ""
            while (match(line, /"([^"\\]|\\.)*"/)) {
                sql = sql " " substr(line, RSTART + 1, RLENGTH - 2)
                line = substr(line, RSTART + RLENGTH)
            }
            n = split(sql, w, /[^A-Za-z0-9_.(]+/)
            for (i = 1; i < n; i++) {
                if (w[i] == "WITH" || (w[i + 1] == "AS" && w[i + 2] ~ /^\(/)) with[w[i] == "WITH" ? w[i + 1] : w[i]] = 1
                if (w[i] !~ /^\(?(FROM|JOIN|INTO|UPDATE)$/) continue
                t = w[i + 1]
                if (t ~ /^(SET|OF|NOWAIT|SKIP|DISTINCT|LATERAL|ONLY)$/ || t ~ /\(/ || t == "" || t in with) continue
                if (index(t, own) != 1 && index(t, "seen_" own) != 1 && index(t, "k_") != 1) print "own_tables: " FILENAME ":" FNR ": " t
            }
        }'
}

# A header begins with its contract: "/* name.h - what it is." and at least one invariant or user.
rule_contracts() {
    c_files | grep '\.h$' | each_file '
        FNR == 1 {
            base = FILENAME; sub(/.*\//, "", base)
            if (index($0, "/* " base " - ") != 1) print "contracts: " FILENAME ":1: begins without /* " base " - …"
        }'
}

# Half a page of theory in every room and every system.
rule_room_readme() {
    src_files | sed -n 's|^\(src/systems/[^/]*\)/.*|\1|p; t
        s|^\(src/[^/]*\)/.*|\1|p' | sort -u |
        while read -r room; do [ -s "$room/README.md" ] || echo "room_readme: $room/README.md:1: is missing"; done
}

rule_front_page() {
    for page in README.md README.ja.md; do
        for command in ./run ./test; do
            grep -q -F -- "$command" "$page" 2>/dev/null || echo "front_page: $page:1: does not name $command"
        done
    done
}

# No path of the machine it was written on.
rule_machine_paths() {
    files -name '*.[ch]' -o -name '*.sh' -o -name '*.md' -o -name '*.html' -o -name '*.mjs' -o -name '*.json' -o \
        -name '*.build' -o -name '*.txt' -o -name '*.conf' -o -name run -o -name test -o -name bench |
        grep -v '^tests/house/rules\.sh$' |
        each_file '/(^|[^A-Za-z0-9_.])\/(work|root|home|mnt|Users)\// || (/(^|[^A-Za-z0-9_.:-])\/tmp\// && FILENAME ~ /^src\//) {
            print "machine_paths: " FILENAME ":" FNR ": " $0 }'
}

# Every source of src/ stands in its folder's meson.build; else nobody compiles it.
rule_dead_files() {
    src_files | grep '\.c$' | while read -r file; do
        dir=$file found=
        while [ "$dir" != src ] && [ "$dir" != . ]; do
            dir=$(dirname "$dir")
            name=${file##*/}
            [ ! -f "$dir/meson.build" ] || ! grep -q -F -e "${file#"$dir"/}'" -e "'${name%.c}'" "$dir/meson.build" || found=1
        done
        [ "$found" ] || echo "dead_files: $file:1: no meson.build compiles it"
    done
}

# Each line of docs/asvs.csv (id, level, state, what we do, test): the counts of the standard, a known state, and for what is
# met a test that is there.  Whether those of tests/unit ran green, tests/unit/run.sh asks.
rule_asvs() {
    [ -f docs/asvs.csv ] || return 0
    LC_ALL=C awk -F, '
        FNR == 1 { next }
        NF != 5 || $4 == "" || $1 in seen { print "asvs: " FILENAME ":" FNR ": " $1 " is no row of its own" }
        $3 !~ /^(met|open|not used)$/ || ($3 == "met") != ($5 ~ /^tests\//) { print "asvs: " FILENAME ":" FNR ": " $1 " is " $3 " by " $5 }
        { seen[$1]; level[$2]++ }
        END { if (level[1] != 70 || level[2] != 183 || level[3] < 20) print "asvs: docs/asvs.csv:1: levels 1, 2 and part of 3 are 70, 183 and 20" }' docs/asvs.csv
    grep ',met,' docs/asvs.csv | cut -d, -f5 | sort -u | while IFS=: read -r file name; do
        case $file in *.c) least=2 ;; *) least=1 ;; esac
        [ "$(grep -o -F -e "$name" "$file" 2>/dev/null | wc -l)" -ge $least ] || echo "asvs: docs/asvs.csv:1: no test $file:$name"
    done
}

# Each line of a catalogue (docs/coverage/SYSTEM.csv: id, where it lives, the test that proves it; the first line
# names the ids) has its row, or stands in SYSTEM.open.csv with what is missing.  A test that is named exists, and
# stands for at most five lines.
rule_coverage() {
    for csv in docs/coverage/*.csv; do
        case $csv in *.open.csv) continue ;; esac
        [ -f "$csv" ] || { echo "coverage: $csv:1: is missing" && return; }
        LC_ALL=C awk -F, -v open="${csv%.csv}.open.csv" '
            FNR == 1 {
                n = split($1, range, " ")
                for (i = 2; i <= n; i++) {
                    split(range[i], ends, "-"); letter = substr(ends[1], 1, 1); width = length(ends[1]) - 1
                    for (k = substr(ends[1], 2) + 0; k <= substr(ends[2], 2) + 0; k++) wanted[sprintf("%s%0" width "d", letter, k)]
                }
                while ((getline line < open) > 0) { sub(/,.*/, "", line); if (line in wanted) missing[line] }
                next
            }
            !($1 in wanted) || $1 in seen { print "coverage: " FILENAME ":" FNR ": " $1 " is no id of its own" }
            $1 in missing { print "coverage: " FILENAME ":" FNR ": " $1 " is open and has a row" }
            $2 == "" || $3 == "" { print "coverage: " FILENAME ":" FNR ": " $1 " has an empty place" }
            { seen[$1]; if (++ids[$3] == 6) print "coverage: " FILENAME ":" FNR ": more than five ids on " $3 }
            END { for (id in wanted) if (!(id in seen) && !(id in missing)) print "coverage: " FILENAME ":1: " id " has no row" }' "$csv"
        sed 1d "$csv" | cut -d, -f3 | sort -u | while IFS=: read -r file name; do
            case $file in *.c) least=2 ;; *) least=1 ;; esac # defined, and called or registered
            [ "$(grep -o -w -F -e "$name" "$file" 2>/dev/null | wc -l)" -ge $least ] || echo "coverage: $csv:1: no test $file:$name"
        done
        sed 1d "$csv" | while IFS=, read -r id where rest; do
            for place in $where; do [ -e "${place%;}" ] || echo "coverage: $csv:1: $id lives in $place, which is not there"; done
        done
    done
}

rules='rooms map banned unfinished file_size function_size kernel_size no_switches kernel_blind own_tables
    contracts room_readme front_page machine_paths dead_files coverage asvs'
