"""Which stretches of a text are money, ages, household sizes or a bare number, and their values.

All patterns run over normalised text (half-width, simplified); positions are those of that text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nlu import numerals
from nlu.understanding import Amount, EntityName, EntityValue, Per


@dataclass(frozen=True, slots=True)
class Mark:
    """A value found in the normalised text."""

    name: EntityName
    value: EntityValue
    start: int
    end: int


N = numerals.NUMBER
MONEY = r"(?:块钱|元钱|块|元|圆|rmb|人民币|大洋)"
NO_UNIT = (
    r"(?![岁口人个年月天号楼级平亩斤次分点倍位名户层栋室条项台辆间套里公米度届周期小日夜星礼家只头种"
    r"世般样些旦辈股直共定起块毛元圆:/%/-])(?![\d零〇一二两三四五六七八九十百千万])"
)
EARNS = (
    r"(?:收入|工资|薪水|月薪|年薪|退休金|养老金|低保金|低保费|补贴|补助|抚恤金|生活费|救助金|房租|租金|学费"
    r"|医药费|药费|住院费|医疗费|手术费|存款|存折|积蓄|外债|债|每个?月|一个?月|月均|日均|月收入|年收入|每年|一年|一天"
    r"|花了|花费|花掉|花去|欠了?|挣|赚|交了?|自费|自付|自己掏|掏|报销了?|垫了?|借了|领|发|拿|给了?|给个|剩下?|要|用了?"
    r"|收|收了|打工|低保|共|总共|只有|赔了?|还有|少|大概|大约|差不多|约|凑|卖了?|贷了?|存了?|掉了?|涨了?|扣了?|罚了?)"
)
FILL = (
    r"(?:(?:大概|大约|差不多|也就|就|才|只|只有|是|有|能|到手|左右|了|个|得|差|近|将近|快|上|不到|不足|不满|顶多|最多"
    r"|[:,]|, )){0,3}"
)
PRICED = re.compile(
    rf"(?P<n>{N})(?:[至到~-](?P<m>{N}))?\s?{MONEY}(?P<tail>(?:零?[{numerals.DIGIT}\d](?:[毛角](?:[{numerals.DIGIT}\d]分?(?![\d个年月天口岁万千百]))?)?"
    r"(?![\d个年月天口岁万千百])|半(?![年个天月日]))?)(?!岁)"
)
CONTEXT = re.compile(rf"{EARNS}{FILL}(?P<n>{N})(?:[至到~-](?P<m>{N}))?{NO_UNIT}")
LARGE = re.compile(
    rf"(?P<n>[{numerals.DIGIT}十拾\d.]{{1,6}}[千万百仟佰k][{numerals.DIGIT}百千万佰仟\d]{{0,4}}(?:[多来]|半(?![年个天月日]))?"
    rf"|[千万][儿而]八[百千]){NO_UNIT}"
)
COINS = re.compile(rf"(?<![块元])(?P<n>{N})(?:毛|角)钱?(?!度)")
SIGNED = re.compile(r"[¥$]\s?(?P<n>(?:\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.\d{1,2})?)")
EACH = re.compile(rf"(?P<n>{N})(?:[至到~-](?P<m>{N}))?(?=(?:一|每|/)(?:个)?(?:月|年|天))")
BETWEEN = re.compile(rf"(?P<n>{N})[至到~-](?P<m>{N})(?=之间|左右|,|。|$)")
UNDER = re.compile(r"(?:不到|不足|不满|没有|低于|少于|不超过|最多|顶多|以内)$")
ABOUT = re.compile(r"(?:大概|大约|差不多|约|将近|近)$")
ABOUT_AFTER = re.compile(r"\s?(?:左右|上下|样子)")
BY_MONTH = re.compile(
    r"(?:每|一|个|按|这|上|当|月)月|月(?:收入|均|入(?!院)|薪|工资|供|租)|工资|薪水|退休金|养老金|低保金|养老保险|房租|/月"
)
BY_YEAR = re.compile(r"(?:每|一|全|整|按)年|年(?:收入|薪|度)|/年|一年")
BREAK = re.compile(r"[。;!?\n,、]")
ONE_OFF = re.compile(r"自付|自费|花了|花掉|花去|花费|手术|住院|外债|欠了|借了|存款|积蓄|赔了")
SMALLEST = 20
VAGUE = re.compile(r"多|出头|^几[百千]$")
ROUND = re.compile(r"[一二两三四五六七八九]?[十百千万]+")

AGE = re.compile(rf"(?P<n>{N}|半)(?:周|足)?岁(?!月)")
DIGIT = numerals.DIGIT
YEARS = rf"(?P<n>\d{{1,3}}|[{DIGIT}十廿]{{2,3}}|[{DIGIT}]十有[{DIGIT}])(?:多|来|整|出头|好几)?"
AGED = (
    r"(?:今年|年纪|年龄|虚岁|虚的|周岁|岁数|高龄|都|已经|快|刚满|满|爷爷|奶奶|老人|老头子?|老太太?|父亲|母亲|妈妈?"
    r"|爸爸?|老伴|老婆|老公|爱人|我|她|他|俺|大的|小的|老大|老二|老三|爷|奶|娘|爹|我大|阿婆|阿公|阿嬷|岳母|岳父|公公|婆婆)"
)
AGE_WORD = re.compile(
    rf"{AGED}(?:是|有|都|快|:|才|刚|整|今年|已经)?{YEARS}(?=的人|了|不是|[,。!?;、\s]|$)"
)
AGE_ALONE = re.compile(
    rf"(?:^|[,。\s])(?P<n>[六七八九]十(?:有?[{numerals.DIGIT}])?|[6-9]\d)(?=(?:好几)?了(?:[,。]|$))"
    rf"|(?P<m>[四五六七八九]十(?:有?[{numerals.DIGIT}])?|[4-9]\d)(?=高龄|好几(?:了|岁|的人))"
    rf"|(?:^|[,。\s])(?P<k>[二三四五六七八九]十有[{numerals.DIGIT}]|[二三四五六七八九]十出头)(?=[,。]|了|$)"
)
TENS = re.compile(r"(?P<n>[五六七八九])旬(?=老|的|高龄|[,。]|$)")
ELDERLY = re.compile(r"年过花甲|花甲之年|年过古稀|古稀之年|耄耋之年|年近古稀")
SAID_AGES = {"花甲": 60, "古稀": 70, "耄耋": 80}
OLDEST = 125

HOUSEHOLD = (
    r"(?:一家|全家|全户|一户|共|家有|屋下|家里|屋里|厝里|家中|我家|俺家|我们家|俺们家|阮厝里?|我们|咱家|家庭人口|家庭|户籍人口"
    r"|户口本?上?|就剩|只剩|就|只有|一共|总共|现在|其实|实际|本来|应该|拢共|一家老小|人口数?)"
)
COUNT = rf"(?P<n>{N}|俩|仨)"
THERE = r"(?:一共|总共|拢共|共有?|现在|常住|就|只|有|是|还有|剩|了|:|上|住){0,3}"
KIN = r"祖孙|母子|母女|父子|父女|兄弟|姐妹|姐弟|兄妹|娘儿?|爷儿?"
HOUSE = (
    re.compile(rf"(?:一家)?{COUNT}(?:口人|口子人|口子|口之家|人户)"),
    re.compile(rf"{HOUSEHOLD}{THERE}{COUNT}(?:口人?|个人|人(?![均民家次工])|个?(?=[,。!]|$))"),
    re.compile(rf"(?:^|[,。\s是算])(?:家)?{COUNT}(?:口(?![子气锅井])|个人|人)(?=[,。!\s吧了]|$)"),
    re.compile(rf"^{COUNT}(?:个|口)(?=[,。]|$)"),
    re.compile(r"(?:我们|阮|俺|就|我)(?P<n>两|二|俩)个?老(?:的|人)(?!家)"),
    re.compile(rf"(?:{KIN})(?:一共)?{COUNT}(?:个人|口人?|人|个(?=[,。!]|$))(?![均民家次工])"),
    re.compile(rf"(?:[三四]代|老小|老少)(?:人|一共)?{COUNT}(?:口人?|个人|人)"),
)
ALONE = re.compile(
    r"(?:就|只有|只剩|剩)(?:我|下我|老头子|老太婆|老人|他|她)?(?:自己|自个儿?)?(?P<n>一个人?|一人|1个人?)"
    r"|(?P<m>一个人|单身一人|1个人)(?:过日子|过|生活|住|吃饭)|(?P<k>独居|孤身一人|孤寡一人|单身一人|光棍一(?:条|个|人))"
    r"|(?:家里|屋里|屋头|屋下|厝里|户口本上)(?:就|只有|只剩|就剩)(?:下)?(?P<s>我自己|我自个儿?)"
    r"|就(?:剩)?(?P<o>我(?:孤|这)?(?:老头子?|老太婆?|老婆子|老汉|孤老头?|寡妇)一个)"
)
PAIR = (
    r"老?两口子?|老俩口|公婆俩|娘俩|娘儿俩|爷俩|母子俩|母女俩|父子俩|父女俩|祖孙俩|爷孙俩|夫妻俩|夫妇俩|兄弟俩|姐妹俩"
    r"|姐弟俩|兄妹俩|婆媳俩|俩口子|夫妻二人"
)
COUPLE = re.compile(rf"(?P<n>{PAIR})(?!的?(?:低保|钱|电话|吵|打))|(?:就|只有)(?P<m>两个人|俩人)")
PARTNER = (
    r"老伴|老公|老婆子?|老头子?|爱人|媳妇|妻子|丈夫|孙子|孙女|儿子|女儿|闺女"
    r"|我?(?:妈|爸|娘|爹|奶奶|爷爷)"
)
TOGETHER = re.compile(
    rf"(?P<n>[我俺阮额](?:和|跟|同|与|佮|带着?)(?:{PARTNER})(?:俩|两个人?|两人|二人|2个?人)?)"
    r"(?=[,。!;]|$|过日子|过活|住|相依|一起(?:住|过|生活)|生活)"
)
LARGEST_HOUSEHOLD = 30
BARE = re.compile(rf"\s*(?P<n>{N}|半|俩|仨|-?\d{{1,12}}(?:\.\d{{1,2}})?)\s*[。!.]?\s*")


def amounts(text: str) -> Iterator[Mark]:
    """Money, in 分, by the month or year where the clause says so."""
    taken = -1
    for match in _money(text):
        if match.start("n") < taken:
            continue
        value = _amount(text, match)
        if value is None:
            continue
        taken = match.end()
        yield Mark(EntityName.AMOUNT, value, match.start("n"), _money_end(match))


def _money(text: str) -> list[re.Match[str]]:
    found = [
        *PRICED.finditer(text),
        *CONTEXT.finditer(text),
        *LARGE.finditer(text),
        *EACH.finditer(text),
    ]
    found += [*BETWEEN.finditer(text), *COINS.finditer(text), *SIGNED.finditer(text)]
    return sorted(found, key=lambda match: (match.start("n"), -match.end()))


def _money_end(match: re.Match[str]) -> int:
    whole = match.re in {PRICED, COINS, SIGNED}
    return match.end() if whole else match.end(match.lastgroup or "n")


def _amount(text: str, match: re.Match[str]) -> Amount | None:
    said = numerals.read(match["n"])
    upper = numerals.read(match["m"]) if match.groupdict().get("m") else said
    if said is None or upper is None:
        return None
    low, high = said.low, max(said.high, upper.high)
    if match.re is COINS:
        return Amount(round(low * 10), round(high * 10), _per(text, match.start(), match.end()))
    if match.re not in {PRICED, SIGNED} and high < SMALLEST:
        return None
    if match.re is PRICED and match["tail"]:
        low = high = low + _coins(match["tail"])
    before = text[max(0, match.start("n") - 4) : match.start("n")]
    if UNDER.search(before) or text.startswith(("以下", "以内"), match.end()):
        low = 0
    elif ABOUT.search(before) or ABOUT_AFTER.match(text, match.end()):
        low, high = low * 0.8, high * 1.2
    if text.startswith("小", match.start("n") - 1) and ROUND.fullmatch(match["n"]):
        low *= 0.8
    vague = 99 if VAGUE.search(match["n"]) else 0
    per = _per(text, match.start("n"), match.end())
    return Amount(round(low * 100), round(high * 100) + vague, per)


def _coins(tail: str) -> float:
    """两块五 and 两块二毛五: the first figure is 角, the second 分."""
    if tail == "半":
        return 0.5
    figures = [numerals.read(sign) for sign in tail if sign not in "零毛角分"]
    worth = (said.low for said in figures if said is not None)
    return sum(low * share for low, share in zip(worth, (0.1, 0.01), strict=False))


def _per(text: str, start: int, end: int) -> Per:
    """The nearest word for month or year in the same sentence, before or just after."""
    head = text[max(0, start - 24) : start]
    cut = max(head.rfind(mark) for mark in "。;!?\n")
    # 每月两千,住院花了三万: the month belongs to the first half alone.
    comma = head.rfind(",")
    cut = max(cut, comma if ONE_OFF.search(head, comma + 1) else -1)
    month = _last(BY_MONTH, head[cut + 1 :])
    year = _last(BY_YEAR, head[cut + 1 :])
    tail = text[end : end + 6]
    after = BREAK.split(tail)[0]
    if BY_YEAR.search(after):
        return Per.YEAR
    if BY_MONTH.search(after):
        return Per.MONTH
    if month == year == -1:
        return Per.ONCE
    return Per.MONTH if month >= year else Per.YEAR


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((match.end() for match in pattern.finditer(text)), default=-1)


def ages(text: str) -> Iterator[Mark]:
    """Whole years; the lower end where the resident was vague."""
    for match in (*AGE.finditer(text), *AGE_WORD.finditer(text), *AGE_ALONE.finditer(text)):
        group = "n" if match.re is not AGE_ALONE else match.lastgroup or "n"
        value = numerals.read(match[group].replace("十有", "十").removesuffix("来"))
        if value is not None and 0 <= value.low <= OLDEST:
            end = match.end() if match.re is AGE else match.end(group)
            yield Mark(EntityName.AGE, int(value.low), match.start(group), end)
    yield from _ages_in_words(text)


def _ages_in_words(text: str) -> Iterator[Mark]:
    """八旬 and 古稀之年."""
    for match in TENS.finditer(text):
        tens = numerals.read(match["n"])
        if tens is not None:
            yield Mark(EntityName.AGE, int(10 * tens.low), match.start(), match.end())
    for match in ELDERLY.finditer(text):
        years = next(years for said, years in SAID_AGES.items() if said in match[0])
        yield Mark(EntityName.AGE, years, match.start(), match.end())


def household_sizes(text: str) -> Iterator[Mark]:
    """How many live in the household, also 就我一个人 and 老两口."""
    for pattern in HOUSE:
        for match in pattern.finditer(text):
            value = numerals.read(match["n"])
            if (
                value is not None
                and 1 <= value.low <= LARGEST_HOUSEHOLD
                and value.low == value.high
            ):
                yield Mark(EntityName.HOUSEHOLD_SIZE, int(value.low), match.start("n"), match.end())
    for match in ALONE.finditer(text):
        group = match.lastgroup or "n"
        yield Mark(EntityName.HOUSEHOLD_SIZE, 1, match.start(group), match.end(group))
    for match in (*COUPLE.finditer(text), *TOGETHER.finditer(text)):
        group = match.lastgroup or "n"
        yield Mark(EntityName.HOUSEHOLD_SIZE, 2, match.start(group), match.end(group))


def bare_number(text: str) -> Mark | None:
    """The number where the message is nothing but a number, as in an answer to a question."""
    match = BARE.fullmatch(text)
    value = numerals.read(match["n"]) if match else None
    if match is None or value is None or value.low != int(value.low):
        return None
    return Mark(EntityName.NUMBER, int(value.low), match.start("n"), match.end("n"))
