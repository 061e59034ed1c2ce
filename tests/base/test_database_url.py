"""The address of a shared database never holds a password, and what is said of it never repeats one."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.base.database_url import place_of, without_password
from klarsyn.base.settings import SettingsError, load_settings

URL = "postgresql+psycopg://anna@db.example/klarsyn"


@pytest.mark.parametrize(
    "url", [URL, "postgresql+psycopg:///klarsyn?host=/run/postgresql", f"{URL}?sslmode=require"]
)
def test_an_address_without_a_password_is_taken_as_it_is(url: str) -> None:
    assert without_password(url) == url
    assert load_settings(database_url=url).database_url == url


@given(secret=st.text("abcdefgh0123456789-._~!$&'()*+,;=%", max_size=20))
@pytest.mark.parametrize(
    "form", ["postgresql+psycopg://anna:{}@db/klarsyn", URL + "?password={}", "x://a:{}@"]
)
def test_a_password_is_refused_and_never_repeated(form: str, secret: str) -> None:
    with pytest.raises(SettingsError, match="database_url") as refused:
        load_settings(database_url=form.format(f"hush{secret}"))
    said = f"{refused.value}{refused.value.__cause__}"
    assert "hush" not in said


@pytest.mark.parametrize("url", ["sqlite:///x", "postgresql://db/x", "postgresql+psycopg://db", "klarsyn"])
def test_what_is_no_postgresql_is_refused_with_how_to_write_it(url: str) -> None:
    with pytest.raises(SettingsError, match=r"postgresql\+psycopg://ACCOUNT@SERVER/DATABASE"):
        load_settings(database_url=url)


def test_a_database_is_named_without_account_and_options() -> None:
    assert place_of(f"{URL}?sslmode=require") == "klarsyn on db.example"


def test_image_files_may_lie_where_all_machines_reach_them(tmp_path: Path) -> None:
    shared = load_settings(data_folder=tmp_path / "own", image_folder=tmp_path / "all")
    assert shared.folders.images == tmp_path / "all"
    assert shared.folders.cache == tmp_path / "own" / "cache"
    assert load_settings(data_folder=tmp_path / "own").folders.images == tmp_path / "own" / "images"
