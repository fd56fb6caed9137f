"""What the residents of a benchmark say: the mix of a day in two conversations."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Said:
    """One message and the kind of turn it makes."""

    kind: str
    text: str


def _all(kind: str, *texts: str) -> tuple[Said, ...]:
    return tuple(Said(kind, text) for text in texts)


EMERGENCY = Said("emergency", "家里没米了，孩子两天没吃饭")

# After an emergency a person is waited for, so it ends its conversation.
QUESTION = (
    *_all("greeting", "你好"),
    *_all(
        "policy",
        "低保要啥条件",
        "要带什么材料",
        "多久能办下来",
        "临时救助能给多少钱",
        "残疾人护理补贴怎么申请",
        "孩子上学有补助吗",
    ),
    EMERGENCY,
    *_all("emergency", "在般阳路街道", "13800138000"),
)
HOUSEHOLD = (
    *_all("prescreening", "我能申请什么", "三口人", "每月900", "不知道", "不想说"),
    *_all("prescreening", "没有", "有", "不知道", "不知道"),
    *_all("greeting", "重新开始"),
    *_all(
        "policy",
        "大病医疗救助报销多少",
        "特困人员是什么意思",
        "公租房怎么申请",
        "低保边缘家庭有什么政策",
        "办低保去哪里办",
    ),
    *_all("greeting", "谢谢你"),
)
CONVERSATIONS = (QUESTION, HOUSEHOLD)
ORDINARY = tuple(said for said in (*QUESTION, *HOUSEHOLD) if said.kind != "emergency")
