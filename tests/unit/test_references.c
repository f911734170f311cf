/* Citations to canonical ids: each line is a text and the ids that it cites, in order. */
#include "lib/arena.h"
#include "lib/buf.h"
#include "producers/parse/parse.h"
#include "producers/parse/text/scan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct example {
    const char *text, *ids;
};

static struct knowledge *tables;

static const struct example papers[] = {
    {"as set out in 14260/17.", "ST-14260-2017-INIT"},
    {"as set out in 14260/1/17 REV 1 was adopted", "ST-14260-2017-REV-1"},
    {"as a link [12583/5/17 REV 5](#), which", "ST-12583-2017-REV-5"},
    {"the slash alone: 12583/5/17.", "ST-12583-2017-REV-5"},
    {"12583/17 REV5", "ST-12583-2017-REV-5"},
    {"12583/5/17REV5", "ST-12583-2017-REV-5"},
    {"12583/17 Rev. 5", "ST-12583-2017-REV-5"},
    {"10150/21 ADD 1 REV 2", "ST-10150-2021-ADD-1-REV-2"},
    {"10150/21 ADD 1 COR 1", "ST-10150-2021-ADD-1-COR-1"},
    {"10150/2/21 REV 2 ADD 1", "ST-10150-2021-REV-2-ADD-1"},
    {"9761/1/15 REV 1 DCL 1", "ST-9761-2015-REV-1-DCL-1"},
    {"9761/15 EXT 2", "ST-9761-2015-EXT-2"},
    {"9761/15 INIT", "ST-9761-2015-INIT"},
    {"docs 14279/12 and 14317/12 RESTREINT UE", "ST-14279-2012-INIT ST-14317-2012-INIT"},
    {"Doc. 7120/10 CO EUR-PREP 8 JAI 182", "ST-7120-2010-INIT"},
    {"12223/17 + REV 1 + ADD 1",
     "ST-12223-2017-INIT ST-12223-2017-REV-1 ST-12223-2017-ADD-1"},
    {"No. prev. doc.: 12223/17 + ADD 1", "ST-12223-2017-INIT ST-12223-2017-ADD-1"},
    {"12223/1/17 REV 1 + ADD 1 REV 1", "ST-12223-2017-REV-1 ST-12223-2017-ADD-1-REV-1"},
    {"8688/12 ADD 1 and ADD 2", "ST-8688-2012-ADD-1 ST-8688-2012-ADD-2"},
    {"8688/12, ADD 1", "ST-8688-2012-INIT ST-8688-2012-ADD-1"},
    {"8688/12 ADD 1-3", "ST-8688-2012-ADD-1 ST-8688-2012-ADD-2 ST-8688-2012-ADD-3"},
    {"8688/12 ADD 1\u20112", "ST-8688-2012-ADD-1 ST-8688-2012-ADD-2"},
    {"“8688/12 ADD 1–2”", "ST-8688-2012-ADD-1 ST-8688-2012-ADD-2"},
    {"“8688/12 REV 1”", "ST-8688-2012-REV-1"},
    {"8688/12 ADDs 1 and 2", "ST-8688-2012-ADD-1 ST-8688-2012-ADD-2"},
    {"8688/12 + ADD 1 + ADD 2",
     "ST-8688-2012-INIT ST-8688-2012-ADD-1 ST-8688-2012-ADD-2"},
    {"8688/12\n+ COR 1", "ST-8688-2012-INIT ST-8688-2012-COR-1"},
    {"15584/1/12  \nREV 1", "ST-15584-2012-REV-1"},
    {"15754 /17", "ST-15754-2017-INIT"},
    {"The report (9 766/05) and doc. 13 204/1/04 REV 1, in Article 9 766/05 of doc. 1 "
     "204/04",
     "ST-9766-2005-INIT ST-13204-2004-REV-1"},
    {"4. Fund                                    14297/19 JEU\uFFFD 5\n"
     "                                                  + ADD 1\n",
     "ST-14297-2019-INIT ST-14297-2019-ADD-1"},
    {"4. Fund                      14298/19\n\n"
     "   for lanterns                 + ADD 1\n",
     "ST-14298-2019-INIT ST-14298-2019-ADD-1"},
    {"4. Fund for lanterns                       14296/19\n"
     "   (i) Regulation establishing it          + ADD 1\n",
     "ST-14296-2019-INIT ST-14296-2019-ADD-1"},
    {"15754/ 17", "ST-15754-2017-INIT"},
    {"15754 / 1 / 17 REV 1", "ST-15754-2017-REV-1"},
    {"ST 15754/17", "ST-15754-2017-INIT"},
    {"ST15754/17", "ST-15754-2017-INIT"},
    {"ST 15754/2017", "ST-15754-2017-INIT"},
    {"ST 15754 2017 INIT", "ST-15754-2017-INIT"},
    {"https://data.consilium.europa.eu/doc/document/ST-15754-2017-REV-1/en/pdf",
     "ST-15754-2017-REV-1"},
    {"ST-10150-2021-ADD-1-REV-2", "ST-10150-2021-ADD-1-REV-2"},
    {"st12223-re03.en17", "ST-12223-2017-REV-3"},
    {"st08900.en17.pdf", "ST-8900-2017-INIT"},
    {"doc.14279/12", "ST-14279-2012-INIT"},
    {"(doc. 18302/11)", "ST-18302-2011-INIT"},
    {"document 3445/99", "ST-3445-1999-INIT"},
    {"doc. 5335/1/14 REV 1 GENVAL 5", "ST-5335-2014-REV-1"},
    {"10204/94 and 9993/95", "ST-10204-1994-INIT ST-9993-1995-INIT"},
    {"EUCO 22/15", "EUCO-22-2015-INIT"},
    {"Doc. EUCO 79/14 CO EUR 4 CONCL 2", "EUCO-79-2014-INIT"},
    {"EUCO 22/1/15 REV 1", "EUCO-22-2015-REV-1"},
    {"PE-CONS 41/22", "PE-41-2022-INIT"},
    {"PE-CONS 3601/1/03 REV 1", "PE-3601-2003-REV-1"},
    {"WK 3735/2026 ADD 1", "WK-3735-2026-ADD-1"},
    {"WK 14408/19, WK 286/20", "WK-14408-2019-INIT WK-286-2020-INIT"},
    {"WK3735/2026", "WK-3735-2026-INIT"},
    {"CM 2463/26", "CM-2463-2026-INIT"},
    {"SN 2345/1/05 REV 1", "SN-2345-2005-REV-1"},
    {"(CONV 305/02)", "CONV-305-2002-INIT"},
    {"CONV 74/02 and 4/02", "CONV-74-2002-INIT"},
    {"XT 21001/18", "XT-21001-2018-INIT"},
    {"DS 1234/12", "DS-1234-2012-INIT"},
    {"dok. 14279/12", "ST-14279-2012-INIT"},
    {"Dok. 8900/17", "ST-8900-2017-INIT"},
    {"¹ 9798/15", "ST-9798-2015-INIT"},
    {"1 9798/15", "ST-9798-2015-INIT"},
    {"14279/12<sup>1</sup>", "ST-14279-2012-INIT"},
    {"| 14260/17 | 14261/17 |", "ST-14260-2017-INIT ST-14261-2017-INIT"},
    {"13024/2/23 REV 2 OJ CRP1 31", "ST-13024-2023-REV-2"},
    {"14673/17 (to be issued)", "ST-14673-2017-INIT"},
    {"15536/03 Presse 357", "ST-15536-2003-INIT"},
    {"8714/12; 8688/12", "ST-8714-2012-INIT ST-8688-2012-INIT"},
    {"8714/12/8688/12", ""},
    {"15697/12 CRIMORG 121 + ADD 1", "ST-15697-2012-INIT ST-15697-2012-ADD-1"},
    {"15697/12 CRIMORG 121 COPEN 3 and others", "ST-15697-2012-INIT"},
    {"14826/10, 14850/10 + ADD 1 + 13811/10",
     "ST-14826-2010-INIT ST-14850-2010-INIT ST-14850-2010-ADD-1 ST-13811-2010-INIT"},
    {"docs. 6285/13 + 6285/13 ADD 1", "ST-6285-2013-INIT ST-6285-2013-ADD-1"},
    {"6106/1/04 REV 1 COR 1 (en)", "ST-6106-2004-REV-1-COR-1"},
    {"7565/10 LIMITE JAI 248", "ST-7565-2010-INIT"},
    {"14279/12-14280/12", "ST-14279-2012-INIT ST-14280-2012-INIT"},
};

/* The mark of a footnote lost its superscript and is stuck to what it stands behind. */
static const struct example note_marks[] = {
    {"Directive 95/46/EC3 and Council Decision 2009/371/JHA12,", "31995L0046 32009D0371"},
    {"Regulation (EC) No 1049/20012 of the European Parliament", "32001R1049"},
    {"Regulation (EU) No 604/201311, as amended", "32013R0604"},
    {"Regulation (EU) 2016/6791", "32016R0679"},
    {"Regulation (EU) 2018/124012", "32018R1240"},
    {"Regulation (EU) 2024/3012", "32024R3012"},
    {"Regulation (EU) 2024/90412", ""},
    {"Directive 95/46/EC345 and Directive 95/46/ABC3", ""},
    {"Regulation (EC) No 1049/3001 and No 1049/2001345", ""},
    {"set out in document 12345/172, which", "ST-12345-2017-INIT"},
    {"set out in document 12345/1712, which", "ST-12345-2017-INIT"},
    {"a share of 12345/172 and of 9345/172", ""},
    {"Article 6 TEU3 and Article 16 TFEU12", "TEU:6 TFEU:16"},
    {"Article 8 of the Charter of Fundamental Rights of the European Union4",
     "CHARTER:8"},
    {"Article 6TEU, Articles 77 and 79TFEU", "TEU:6 TFEU:77 TFEU:79"},
    {"Article 6TEUX and Article 6 TEU345", ""},
};

/* What fonts and scanners lose: every N, the second stroke, a hyphen. */
static const struct example lost_letters[] = {
    {"PE-CO\uFFFDS 47/17, PE-COS 48/1/17 REV 1 and PE-CO S 49/17",
     "PE-47-2017-INIT PE-48-2017-REV-1 PE-49-2017-INIT"},
    {"CO\uFFFDV 305/02 and COV 306/02", "CONV-305-2002-INIT CONV-306-2002-INIT"},
    {"S\uFFFD 2345/17", "SN-2345-2017-INIT"},
    {"JOI\uFFFD(2013) 1 final and JOI(2017) 450",
     "JOIN:2013:0001:FIN JOIN:2017:0450:FIN"},
    {"Regulation (EC) \uFFFDo 539/2001 and Regulation (EC) o 810/2009",
     "32001R0539 32009R0810"},
    {"Directive 95/46 EC, and Directive 95/46 ECX", "31995L0046"},
    {"Directive 95/46 /EC, Decision 2008/615 /JHA", "31995L0046 32008D0615"},
    {"C\u2014594/12, C\u2010595/12 and case C 362/14", "C-594/12 C-595/12 C-362/14"},
    {"Regulation (EEC) \uFFFDo 3911/92 and PE\u2010CONS 31/17",
     "31992R3911 PE-31-2017-INIT"},
    {"Regulation (Euratom) No 237/2014", "32014R0237"},
    {"Article 7 EUCFR and Article 50 CFR", "CHARTER:7 CHARTER:50"},
};

static const struct example commission[] = {
    {"COM(2013) 179 final", "COM:2013:0179:FIN"},
    {"COM (2012) 196", "COM:2012:0196:FIN"},
    {"COM(2013) 45/3, COM(2013) 44/2", "COM:2013:0045:FIN COM:2013:0044:FIN"},
    {"COM(2010) 517 final/2", "COM:2010:0517:FIN"},
    {"COM(2011)0654", "COM:2011:0654:FIN"},
    {"COM(2016)230final", "COM:2016:0230:FIN"},
    {"COM(96) 123 final", "COM:1996:0123:FIN"},
    {"COM/2011/0654 final", "COM:2011:0654:FIN"},
    {"KOM(2003) 10 endg.", "COM:2003:0010:FIN"},
    {"COM (2012) 10 final - 2012/0010 (COD)", "COM:2012:0010:FIN 2012/0010(COD)"},
    {"JOIN(2013) 1 final", "JOIN:2013:0001:FIN"},
    {"JOIN(2016) 18", "JOIN:2016:0018:FIN"},
    {"SWD(2012) 143 final", "SWD:2012:0143:FIN"},
    {"SEC(2010) 1626 final", "SEC:2010:1626:FIN"},
    {"COM(2013)\n179 final", "COM:2013:0179:FIN"},
    {"COM(2013) 179 final and COM(2013) 179", "COM:2013:0179:FIN"},
    {"Commission Decision C(2013) 4914 final", "C:2013:4914:FIN"},
};

static const struct example acts[] = {
    {"Directive 2011/36/EU on preventing", "32011L0036"},
    {"Directives 95/46/EC and 2002/58/EC", "31995L0046 32002L0058"},
    {"the Directive2011/36/EU, RegulationNo1612/68 and Council Directive95/46/EC",
     "32011L0036 31968R1612 31995L0046"},
    {"CouncilDecision2005/387/JHA, FrameworkDecision 2002/584/JHA",
     "32005D0387 32002F0584"},
    {"FrameworkDecision2003/80/JHA; Richtlinie2008/114/EG", "32003F0080 32008L0114"},
    {"Directives 2004/17/EC, 2004/18/EC and 2009/81/EC",
     "32004L0017 32004L0018 32009L0081"},
    {"Council Decision 2005/387/JHA of 10 May 2005", "32005D0387"},
    {"Council Framework Decision 2004/757/JHA", "32004F0757"},
    {"Framework Decision 2002/584/JHA", "32002F0584"},
    {"Joint Action 97/827/JHA of 5 December 1997", "31997F0827"},
    {"Joint Action 2008/124/CFSP", "32008E0124"},
    {"Common Position 2001/931/CFSP", "32001E0931"},
    {"Council Decision (CFSP) 2017/1324", "32017D1324"},
    {"Decision 2017/1324", "32017D1324"},
    {"Regulation (EU) No 604/2013", "32013R0604"},
    {"Regulation (EC) No 1049/2001", "32001R1049"},
    {"Regulation (EU) 2016/679", "32016R0679"},
    {"Regulation (EU) 2018/1725", "32018R1725"},
    {"Regulation (EU, Euratom) 2020/2093", "32020R2093"},
    {"Regulation (EEC) No 2913/92", "31992R2913"},
    {"Regulation (EEC) No 1408/71 and (EEC) No 574/72", "31971R1408 31972R0574"},
    {"Regulation 1408/71", "31971R1408"},
    {"Decision No 1082/2013/EU", "32013D1082"},
    {"Decision 1082/2013/EU", "32013D1082"},
    {"Decision No 2119/98/EC", "31998D2119"},
    {"European Parliament and Council Decision No 1082/2013/EU", "32013D1082"},
    {"Commission Implementing Decision (EU) 2015/1523", "32015D1523"},
    {"Commission Delegated Regulation (EU) 2017/588", "32017R0588"},
    {"Regulations (EC) No 1060/2009, (EU) No 648/2012 and (EU) 2016/1011",
     "32009R1060 32012R0648 32016R1011"},
    {"Decisions 2008/615/JHA and 2008/616/JHA", "32008D0615 32008D0616"},
    {"the Prüm Decision (2008/615/JHA)", "32008D0615"},
    {"Framework Decision on the European Arrest Warrant (2002/584/JHA)", "32002F0584"},
    {"Directive 96/29/Euratom", "31996L0029"},
    {"Council Directive 2008/114/EC; Council Directive 2008/114/EC", "32008L0114"},
    {"Recommendation 2003/361/EC", "32003H0361"},
    {"règlement (CE) n° 1049/2001", "32001R1049"},
    {"la directive 2011/36/UE", "32011L0036"},
    {"décision-cadre 2004/757/JAI du Conseil", "32004F0757"},
    {"la décision du Conseil 2005/387/JAI", "32005D0387"},
    {"Verordnung (EU) Nr. 604/2013", "32013R0604"},
    {"Richtlinie 95/46/EG", "31995L0046"},
    {"Rahmenbeschluss 2002/584/JI des Rates", "32002F0584"},
    {"Beschluss 2008/615/JI", "32008D0615"},
    {"regolamenti (CE) n. 1060/2009, (UE) n. 648/2012 e (UE) 2016/1011",
     "32009R1060 32012R0648 32016R1011"},
    {"direttiva 2011/36/UE", "32011L0036"},
    {"decisione quadro 2002/584/GAI", "32002F0584"},
    {"Verordening (EG) nr. 343/2003", "32003R0343"},
    {"Richtlijn 2011/36/EU", "32011L0036"},
    {"Kaderbesluit 2002/584/JBZ", "32002F0584"},
    {"forordning (EU) nr. 604/2013", "32013R0604"},
    {"Rådets rammeafgørelse 2002/584/RIA", "32002F0584"},
    {"förordning (EU) nr 604/2013", "32013R0604"},
    {"rambeslut 2002/584/RIF", "32002F0584"},
    {"Reglamento (UE) n.º 604/2013", "32013R0604"},
    {"Decisión Marco 2002/584/JAI", "32002F0584"},
    {"rozporządzenie (UE) nr 604/2013", "32013R0604"},
    {"dyrektywy 2011/36/UE", "32011L0036"},
    {"nařízení (EU) č. 604/2013", "32013R0604"},
    {"a 95/46/EK irányelv", "31995L0046"},
    {"Regulation (EU) 2016/2012", "32016R2012"},
    {"Regulations (EU) 2019/817 and 2019/818", "32019R0817 32019R0818"},
    {"Decision 574/2007/EC", "32007D0574"},
    {"Regulation (EC) 45/2001", "32001R0045"},
    {"Regulation (EC) No 1/2003", "32003R0001"},
    {"the 1995 Directive (95/46/EC)", "31995L0046"},
    {"Directive (EU) 2016/680 of the European Parliament", "32016L0680"},
    {"Regulation (EU) No 2016/2012", "32012R2016"},
};

static const struct example others[] = {
    {"2010/0246 (COD).", "2010/0246(COD)"},
    {"((2010)2308 (INI)).", "2010/2308(INI)"},
    {"2018/103(COD)", "2018/0103(COD)"},
    {"Interinstitutional File:\n2012/0010 (COD)", "2012/0010(COD)"},
    {"2015/0307/COD", "2015/0307(COD)"},
    {"OJ L 186, 14.7.2012, p. 4 (Australia) and OJ L 215, 11.8.2012, p. 5",
     "OJ:L:2012:186:4 OJ:L:2012:215:5"},
    {"OJ C 326, 26.10.2012, p. 391", "OJ:C:2012:326:391"},
    {"OJ No L 281, 23.11.1995, p. 31", "OJ:L:1995:281:31"},
    {"OJ L 119 of 4 May 2016, p. 1", "OJ:L:2016:119:1"},
    {"OJ C 303 E, 13.12.2006, p. 12", "OJ:C:2006:303:12"},
    {"OJ L, 2024/1689, 12.7.2024", "OJ:L:2024/1689"},
    {"ABl. L 186 vom 14.7.2012, S. 4", "OJ:L:2012:186:4"},
    {"JO L 186 du 14.7.2012, p. 4", "OJ:L:2012:186:4"},
    {"EUT L 186 af 14.7.2012, s. 4", "OJ:L:2012:186:4"},
    {"(OJ L 344, 15.12.1997)", "OJ:L:1997:344"},
    {"(OJ L 344, ) /17", ""},
    {"Case C-203/15", "C-203/15"},
    {"joined cases C-293/12 and C-594/12", "C-293/12 C-594/12"},
    {"T-201/04", "T-201/04"},
    {"C‑402/05 P and C‑415/05 P", "C-402/05 C-415/05"},
    {"Article 71 TFEU", "TFEU:71"},
    {"az EUMSZ 77., 78. és 79. cikke", "TFEU:77 TFEU:78 TFEU:79"},
    {"Article 4(2) TEU", "TEU:4"},
    {"Articles 82 and 87 TFEU", "TFEU:82 TFEU:87"},
    {"Articles 82(1)(d) and 87(2)(a) TFEU", "TFEU:82 TFEU:87"},
    {"Articles 78(2)(c), 79(2)(c) and 83 TFEU", "TFEU:78 TFEU:79 TFEU:83"},
    {"Article 78 and Article 79 TFEU", "TFEU:78 TFEU:79"},
    {"Article 4 TEU and Article 67 TFEU", "TEU:4 TFEU:67"},
    {"Article 6 of the Treaty on European Union", "TEU:6"},
    {"Article 16(2) of the TFEU", "TFEU:16"},
    {"Article 114 of the Treaty on the Functioning of the European Union", "TFEU:114"},
    {"article K.3 of the Treaty on European Union", "TEU:K.3"},
    {"Charter Article 8", "CHARTER:8"},
    {"Articles 7 and 8 of the Charter of Fundamental Rights", "CHARTER:7 CHARTER:8"},
    {"Art. 87 TFUE", "TFEU:87"},
    {"Artikel 87 AEUV", "TFEU:87"},
    {"Artikel 87 Absatz 2 AEUV", "TFEU:87"},
    {"artikel 71 i EUF-traktaten", "TFEU:71"},
    {"l'article 71 du TFUE", "TFEU:71"},
    {"Article 222 TFEU) will provide", "TFEU:222"},
    {"Articles 82-86 TFEU", "TFEU:82 TFEU:83 TFEU:84 TFEU:85 TFEU:86"},
    {"Article 2 TEU, Articles 67 and 68 TFEU", "TEU:2 TFEU:67 TFEU:68"},
    {"Article 75 of Regulation (EU) 2018/1725", "32018R1725"},
    {"O.J. C 115, 9.5.2008, p. 47", "OJ:C:2008:115:47"},
    {"Official Journal C 115, 9.5.2008, page 47", "OJ:C:2008:115:47"},
    {"9215/13 JAI 350 - COM(2013) 173 final 2013/0091 (COD)",
     "ST-9215-2013-INIT COM:2013:0173:FIN 2013/0091(COD)"},
    {"(2010/C 115/01)", ""},
};

static const struct example nothing[] = {
    {"Tel.: +32 (0)2 281 8847 / 6319", ""},
    {"Tel.: +32 (0)2 281 6083 / 19", ""},
    {"Fax: +32 (0)2 281 8026", ""},
    {"2/3 of the votes, 24/7, 2014/15, 9/11", ""},
    {"on 12/05/17 and 12.05.2017", ""},
    {"2012/05/17", ""},
    {"page 2/14", ""},
    {"11/12.03.02 and 28/29.01.02", ""},
    {"12345/2017/EU", ""},
    {"the 2007/2013 period, 2013-2020", ""},
    {"in 10/2012 and 05/17", ""},
    {"Article 2 of the Protocol", ""},
    {"Article 71", ""},
    {"Article 51 of the Charter of the United Nations", ""},
    {"Article 3 of Protocol No 22 annexed to the TEU and TFEU", ""},
    {"Application no. 30696/09", ""},
    {"UNSC Resolution 2178/2014", ""},
    {"A7-0123/2013", ""},
    {"EDOC# 1234/15", ""},
    {"2005/38(7), 2004/75(7), 2010/02(46), 2008/11(4)", ""},
    {"1/2, 1/10, 5/2000", ""},
    {"12345/17A", ""},
    {"12345/175", ""},
    {"COM stressed (2013) the need", ""},
    {"OJ CRP2 31", ""},
    {"the Decision of 12/2012", ""},
    {"Regulation of 2013", ""},
    {"+33 92 00/00", ""},
    {"14279/00/1", ""},
    {"0012/17", ""},
    {"1500/15 metres", ""},
};

static void check(const struct example *x)
{
    struct arena a;
    struct err err = {0};
    struct scan s;
    struct parsed p = {0};
    char got[2000] = "";
    arena_init(&a, 1 << 20);
    assert_int_equal(scan_text(tables, sv_cstr(x->text), &a, &s, &err), 0);
    assert_int_equal(references_read(&s, &a, &p, &err), 0);
    for (size_t i = 0; i < p.nreferences; i++) {
        size_t n = strlen(got);
        const struct reference *r = &p.references[i];
        (void)snprintf(got + n, sizeof got - n, "%s%.*s", i ? " " : "", (int)r->id.n,
                       r->id.p);
        for (size_t k = 0; k < r->nspans; k++)
            assert_true(r->spans[k].b < r->spans[k].e && r->spans[k].e <= s.text.n);
        assert_true(sv_eq(r->text, scan_plain(&s, r->spans[0], &a)));
        assert_true(r->url.n > 20);
        assert_non_null(r->rule);
    }
    for (size_t i = 1; i < s.ncitations; i++)
        assert_true(s.citation[i - 1].b <= s.citation[i].b);
    if (strcmp(got, x->ids) != 0) {
        print_message("\"%s\"\n  want %s\n  got  %s\n", x->text, x->ids, got);
        fail();
    }
    arena_free(&a);
}

#define EACH(list)                                                                       \
    static void test_##list(void **state)                                                \
    {                                                                                    \
        (void)state;                                                                     \
        for (size_t i = 0; i < ARRAY_LEN(list); i++)                                     \
            check(&(list)[i]);                                                           \
    }
EACH(papers)
EACH(note_marks)
EACH(lost_letters)
EACH(commission)
EACH(acts)
EACH(others)
EACH(nothing)

static int set_up(void **state)
{
    struct err err = {0};
    (void)state;
    return knowledge_open(NULL, &tables, &err);
}

static int tear_down(void **state)
{
    (void)state;
    knowledge_free(&tables);
    return 0;
}

/* Where citations fill the memory that a paper has, the reject says that it is they. */
static void too_many_are_named(void **state)
{
    (void)state;
    AUTO(buf_free) struct buf text = {0};
    struct arena a;
    struct parsed out = {0};
    struct err err = {0};
    for (int i = 0; i < 25000; i++)
        buf_addf(&text, "%d/%02d, ", 10000 + i % 89999, 10 + i / 12500);
    arena_init(&a, SIZE_MAX / 2);
    assert_int_equal(parse_text(tables, buf_sv(&text), &a, &out, &err), -1);
    assert_non_null(strstr(err.text, " references"));
    assert_string_equal(err.reason, "too-many");
    arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_papers),       cmocka_unit_test(test_note_marks),
        cmocka_unit_test(test_lost_letters), cmocka_unit_test(test_commission),
        cmocka_unit_test(test_acts),         cmocka_unit_test(test_others),
        cmocka_unit_test(test_nothing),      cmocka_unit_test(too_many_are_named),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
