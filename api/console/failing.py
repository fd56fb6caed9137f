"""What staff read when something is refused: what happened, that nothing is lost, what to do."""

from fastapi import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from api import pages
from api.edge import Edge
from api.errors import Refusal

SIGN_IN = "/console/sign-in"
PIECE = "hx-request"
_SENTENCES = {
    401: "您已退出登录，请重新登录。",
    403: "这个账号不能做这件事，或者页面开得太久了；请刷新后再试，还不行就找主管。",
    404: "没有这一条，或者这个账号不能看。",
    405: "这个地址不能这样用。",
    409: "刚才有变化：{detail}",
    413: "写得太长了，没有存；按“返回”，您写的还在。",
    422: "填的内容不对，没有存；按“返回”，您写的还在。",
    429: "试得太多了，请过 {after} 秒再试。",
    503: "数据库现在连不上，没有存；按“返回”，您写的还在，过一会儿再试。",
}
MISTAKE = "系统出错了，没有存；请再试一次，还不行就找管理员。"


def page(request: Request, edge: Edge, refusal: Refusal) -> Response:
    """The refusal as a page; as one sentence to a piece that a page asked for."""
    piece = PIECE in request.headers
    if refusal.status == 401 and not piece:  # noqa: PLR2004
        return RedirectResponse(SIGN_IN, 303)
    sentence = _SENTENCES.get(refusal.status, MISTAKE).format(
        detail=_told(refusal), after=refusal.headers.get("Retry-After", "60")
    )
    if piece:
        return PlainTextResponse(sentence, refusal.status)
    values = {"sentence": sentence, "service": edge.settings.service_name}
    response = pages.page("console/failed.html", values, status=refusal.status)
    response.headers.update(refusal.headers)
    return response


def _told(refusal: Refusal) -> str:
    winner = refusal.more.get("winner")
    if winner is not None:
        return f"这个对话已由 {winner} 接走。"
    return "这一条已经不是您看到的样子，请重新打开再定。"
