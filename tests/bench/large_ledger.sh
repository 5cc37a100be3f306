#!/bin/sh
# large_ledger.sh DIR [SYSTEMS CONTRACTS] - the ledger of a large city (10,000 systems, 100,000 contracts) in the columns of audit import.
set -eu
dir=$1 systems=${2:-10000} contracts=${3:-100000}
mkdir -p "$dir"
awk -v dir="$dir" -v systems="$systems" -v contracts="$contracts" '
function flags(n, i, s, k) { s = ""; for (k = 0; k < n; k++) s = s "," ((i % (k + 2) == 0) || k == i % n ? 1 : 0); return s }
BEGIN {
    printf "項目,値\n団体名,大きな市\n年度,2025\n基準日,2025-10-01\n" > dir "/meta.csv"
    print "順,部署,対象課所" > dir "/org_units.csv"
    for (u = 1; u <= 40; u++) print u ",第" u "部," > dir "/org_units.csv"
    print "サブシステム名,親システムID,親システム名,監査対象課所,監査対象行" > dir "/subsystems.csv"
    print "導入形態,記号,システム名,対象課所名,導入形態名,システムID,備考" > dir "/audit_targets.csv"
    print "根拠区分,契約の種類,限度額_円,施行日,終了日,備考" > dir "/thresholds.csv"
    print "システムID,システム名,主管部署,主管課所,区分,根拠,状態,直近の導入・更改・契約,外部向け,形態:自庁サーバ,形態:データセンター,形態:LGWAN-ASP,形態:インターネットASP,形態:専用線ASP,形態:スタンドアロン,形態:その他,主たる形態,情報:住民の個人情報,情報:マイナンバー,情報:市政運営上の重要な情報,情報:必要最小限の者のみ,情報:左記以外の非公開,監査対象行" > dir "/systems.csv"
    split("自庁サーバ データセンター LGWAN-ASP インターネットASP 専用線ASP スタンドアロン その他", form, " ")
    for (i = 0; i < systems; i++)
        print "S" i ",システム" i ",第" (i % 40 + 1) "部,,公表,,稼働,2024-04," i % 3 % 2 flags(7, i) "," form[i % 7 + 1] ",1" flags(4, i) "," > dir "/systems.csv"
    print "契約ID,契約名,契約部署,システムID,区分,根拠,履行開始,履行終了,当年度支出,内容:構築・導入,内容:システム利用,内容:賃貸借,内容:保守,内容:運用,内容:システム改修,内容:その他,業者選定方法,令167条の2第1項,令167条の2第1項（従）,再委託" > dir "/contracts.csv"
    split("一般競争入札 指名競争入札 随意契約（見積合わせ） 随意契約（一者特命） 随意契約（プロポーザル） その他", method, " ")
    for (i = 0; i < contracts; i++) {
        m = i % 6 + 1
        print "K" i ",契約" i ",第" (i % 40 + 1) "部,S" i % systems ",公表,," (2005 + i % 21) "-04-01," (2006 + i % 21 + i % 5) "-03-31,1" flags(7, i) "," method[m] "," (m == 3 || m == 4 ? "第" (i % 9 + 1) "号" : "") ",," (i % 6 == 0 ? 1 : 0) > dir "/contracts.csv"
    }
}'
