"""Which product somebody means: by what people type, and never one when they mean none or could mean several."""

from __future__ import annotations

import pytest

from local.shop.books import Product
from local.shop.finding import find

NAMES = (
    "Moorland Breakfast", "Smoked Alder", "First Flush Darjeeling", "High Oolong", "Green Oolong Set", "Cast Iron Teapot",
    "Stoneware Mug", "Travel Mug", "Travel Mug XL", "Cotton T-Towel", "Hexham E-Kettle", "Solvéig Tray", "Larch Box", "Tea for One",
    "Tea for Two", "Pleated Skirt", "Plain Shirt",
)  # fmt: skip
PRODUCTS = [Product(f"TE-{n + 101}", name, {"ONE": 1}) for n, name in enumerate(NAMES)]


@pytest.mark.parametrize(("text", "name"), [
    ("Moorland Breakfast", "Moorland Breakfast"), ("MOORLAND BREAKFAST!!", "Moorland Breakfast"), ("moorland", "Moorland Breakfast"),
    ("hi there, do you still have the moorland breakfast, the big tin?", "Moorland Breakfast"),
    ("morland brekfast", "Moorland Breakfast"), ("darjeling", "First Flush Darjeeling"),
    ("1st flush darjeeling", "First Flush Darjeeling"), ("cast-iron tea pot", "Cast Iron Teapot"),
    ("castiron teapot", "Cast Iron Teapot"), ("the teapots", "Cast Iron Teapot"), ("is the box in moss?", "Larch Box"),
    ("solveig tray", "Solvéig Tray"), ("SOLVÈIG", "Solvéig Tray"), ("ttowel", "Cotton T-Towel"), ("ekettle", "Hexham E-Kettle"),
    ("e kettle", "Hexham E-Kettle"), ("travel mug", "Travel Mug"), ("a mug of stoneware", "Stoneware Mug"),
    ("high oolong", "High Oolong"), ("green oolong", "Green Oolong Set"), ("travel mug xl", "Travel Mug XL"),
    ("请问High Oolong还有货吗", "High Oolong"), ("Есть ли у вас Smoked Alder 100 г?", "Smoked Alder"),
    ("هل يتوفر Moorland Breakfast", "Moorland Breakfast"), ("क्या Stoneware Mug है?", "Stoneware Mug"),
    ("ＳＭＯＫＥＤ　ＡＬＤＥＲ", "Smoked Alder"), ("te-104", "High Oolong"), ("TE 104 please", "High Oolong"),
    ("te104", "High Oolong"), ("a shirt", "Plain Shirt"), ("skirts", "Pleated Skirt"),
])  # fmt: skip
def test_people_find_what_they_mean(text: str, name: str) -> None:
    found = find(text, PRODUCTS)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("text", [
    "", "?", "您好", "tea", "for", "the mug", "oolong", "hello, how are you today", "is my order there yet", "size 42, please",
    "something for the kitchen", "with and for", "te-1", "TE-999", "99", "all there", "x" * 5000,
])  # fmt: skip
def test_who_means_none_or_could_mean_several_gets_none(text: str) -> None:
    assert find(text, PRODUCTS) is None


def test_a_shop_without_products_finds_none() -> None:
    assert find("anything", []) is None
