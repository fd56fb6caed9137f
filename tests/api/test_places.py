"""Everybody can see where help is given; only what was verified is shown as an address."""

from httpx import Client


def test_the_register_is_open_to_everybody(client: Client) -> None:
    page = client.get("/places")
    assert page.status_code == 200
    assert "洞头区级助联体" in page.text


def test_an_unverified_place_shows_no_address(client: Client) -> None:
    assert "还没有核实" in client.get("/places").text


def test_one_region_can_be_chosen(client: Client) -> None:
    text = client.get("/places", params={"region": "zichuan"}).text
    assert "淄川区社会救助综合服务中心" in text
    assert "洞头区级助联体" not in text


def test_the_first_page_leads_there(client: Client) -> None:
    assert 'href="/places"' in client.get("/").text
