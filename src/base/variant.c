/* variant.c - old and variant kanji for search keys; see kanji_usual in fold.h.
** Source of the old forms: the bracketed 康熙字典体 of 常用漢字表 (平成22年内閣告示第2号); those that Unicode holds as
** compatibility ideographs need no row.  The last block: forms that stand in family names and registers. */
#include "base/fold.h"
#include <pthread.h>
#include <stdlib.h>

/* Groups separated by blanks; the first of a group is the usual form. */
static const char groups[] =
    "亜亞 悪惡 圧壓 囲圍 医醫 為爲 壱壹 隠隱 栄榮 営營 衛衞 駅驛 円圓 塩鹽 縁緣 艶艷 応應 欧歐 殴毆 桜櫻 奥奧 横橫 "
    "温溫 穏穩 仮假 価價 画畫 会會 絵繪 壊壞 懐懷 拡擴 殻殼 覚覺 学學斈 岳嶽 楽樂 渇渴 缶罐 巻卷 陥陷 勧勸 寛寬 関關 "
    "歓歡 観觀 気氣 帰歸 亀龜 偽僞 戯戲 犠犧 旧舊 拠據 挙擧 峡峽 挟挾 狭狹 郷鄕鄉 暁曉 区區 駆驅駈 勲勳 薫薰 径徑 "
    "茎莖 恵惠 掲揭 渓溪 経經 蛍螢 軽輕 継繼 鶏鷄雞 芸藝 撃擊 欠缺 研硏 県縣 倹儉 剣劍劒劔剱釼 険險 圏圈 検檢 献獻 "
    "権權 顕顯 験驗 厳嚴 戸戶 呉吳 娯娛 広廣 効效 恒恆 黄黃 鉱鑛砿礦 号號 国國圀 黒黑 砕碎 済濟 剤劑 雑雜 参參 桟棧 "
    "蚕蠶 惨慘 賛贊 残殘 糸絲 歯齒 児兒 辞辭 湿濕 実實 写寫 釈釋 寿壽 収收 従從 渋澁澀 獣獸 縦縱 粛肅 処處 緒緖 "
    "叙敍敘 将將 称稱 焼燒 証證 奨奬獎 条條 状狀 乗乘 浄淨 剰剩 畳疊疉 縄繩 壌壤 嬢孃 譲讓 醸釀 触觸 嘱囑 真眞 寝寢 "
    "慎愼 尽盡 図圖 粋粹 酔醉 穂穗 随隨 髄髓 枢樞 数數 瀬瀨 声聲 青靑 清淸 静靜 税稅 窃竊 摂攝 説說 絶絕 専專 浅淺 "
    "戦戰 践踐 銭錢 潜潛濳 繊纖纎 禅禪 双雙 壮壯 争爭 荘莊 捜搜 挿插揷 巣巢 曽曾 痩瘦 装裝 総總 騒騷 増增 蔵藏 臓臟 "
    "即卽 属屬 続續 堕墮 対對 体體 帯帶 滞滯 台臺 滝瀧 択擇 沢澤 担擔 単單 胆膽 団團 断斷 弾彈 遅遲 痴癡 虫蟲 昼晝 "
    "鋳鑄 庁廳 徴徵 聴聽 勅敕 鎮鎭 逓遞 鉄鐵銕 点點 転轉 伝傳 灯燈 当當 党黨 盗盜 稲稻 闘鬪鬭 徳德悳 独獨 読讀 届屆 "
    "弐貳 悩惱 脳腦 覇霸 拝拜 廃廢 売賣 麦麥 発發 髪髮 抜拔 晩晚 蛮蠻 秘祕 瓶甁 払拂 仏佛 併倂 並竝 餅餠 "
    "変變 弁辨瓣辯 歩步 宝寶寳 豊豐 褒襃 翻飜 毎每 万萬 満滿 麺麵麪 黙默 弥彌 訳譯 薬藥 与與 予豫 余餘 誉譽 揺搖 "
    "様樣 謡謠 来來 頼賴 乱亂 覧覽 竜龍 両兩 猟獵 緑綠 涙淚 塁壘 礼禮 励勵 戻戾 霊靈 齢齡 暦曆 歴歷 恋戀 炉爐 労勞 "
    "郎郞 楼樓 録錄 湾灣 教敎 顔顏 飲飮 達逹 隣鄰 群羣 略畧 線綫 杯盃 蓋盖葢 年秊 秋穐龝 窓窗 床牀 往徃 回囘 場塲 密宻 "
    "準凖 沖冲 涼凉 決决 況况 裏裡 船舩 恥耻 留畄畱 飾餝 舗舖 間閒 和龢 鑑鑒 雁鴈 鼠鼡 嘗甞 婿壻 糾糺 奇竒 箏筝 醤醬 "
    "高髙 崎﨑嵜碕 吉𠮷 辺邊邉 斎斉齊齋 島嶋嶌 浜濱濵 柳栁桺 桑桒 橋槗𣘺 富冨 峰峯 館舘 渕淵渊 籠篭 桧檜 槙槇 遥遙 尭堯 "
    "瑶瑤 凛凜 巌巖 晃晄 穣穰 祷禱 禄祿 亘亙 晋晉 鴎鷗 頴穎 鯵鰺 蝋蠟 頬頰 剥剝 填塡 莱萊 薮藪籔 靭靱 竃竈 諌諫 梼檮 砺礪 "
    "侠俠 涛濤 箪簞 鹸鹼 麹麴 屏屛 焔焰 掻搔 繋繫 唖啞 嘘噓 噛嚙 鴬鶯 蛎蠣 撹攪 潅灌 頚頸 蕊蘂 賎賤 壷壺 顛顚 祢禰 騨驒 "
    "熙煕凞 昇曻 昂昻 土圡 丈𠀋 世卋 聡聰 彦彥 枡桝 蘇蘓 讃讚 蓑簔 刈苅 萌萠 蒋蔣 刃刄 皐皋 爾尔 迩邇 哲喆 喜㐂 仞仭 兎兔 "
    "呑吞 啓啟 明朙 柏栢 梅楳 栖棲 稟禀 庵菴 虎乕 野埜 輌輛";

enum { MOST = 1024 };   /* characters of the table above */
struct variant { uint32_t from, to; };
static struct variant table[MOST];
static size_t table_n;

static int by_from(const void *a, const void *b)
{
    uint32_t x = ((const struct variant *)a)->from, y = ((const struct variant *)b)->from;
    return (x > y) - (x < y);
}

static void table_fill(void)
{
    struct str s = { groups, sizeof groups - 1 }, group;
    while ((group = str_cut(&s, ' ')).n) {
        size_t at = 0;
        uint32_t usual = (uint32_t)utf8_next(group, &at);
        while (at < group.n && table_n < MOST)
            table[table_n++] = (struct variant){ (uint32_t)utf8_next(group, &at), usual };
    }
    qsort(table, table_n, sizeof *table, by_from);
}

uint32_t kanji_usual(uint32_t cp)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    if (cp < 0x3400) return cp;
    pthread_once(&once, table_fill);
    struct variant key = { cp, 0 };
    const struct variant *v = bsearch(&key, table, table_n, sizeof *table, by_from);
    return v ? v->to : cp;
}
