"""What Django refuses to read gets a page of the house, in the browser's language, and tells nothing else."""

import pytest
from django.test import Client as Browser

pytestmark = pytest.mark.django_db

TOO_MANY = {f"field{number}": "x" for number in range(1500)}
WORDS = {"nb": "Vi kunne ikke ta imot dette", "en": "We could not accept this"}


@pytest.fixture(autouse=True)
def one_host(settings):
    settings.ALLOWED_HOSTS = ["testserver"]


@pytest.mark.parametrize("language", ["nb", "en"])
@pytest.mark.parametrize("address", ["/", "/konto/login/", "/admin/", "/admin/login/", "/nowhere/"])
def test_a_foreign_host_gets_a_page_with_the_way_to_ours(address, language, settings):
    answer = Browser(headers={"accept-language": language}).get(address, headers={"host": "evil.example"})

    page = answer.content.decode()
    assert answer.status_code == 400
    assert answer.headers["Content-Language"] == language
    assert f'<html lang="{language}"' in page
    assert f'<h1 class="page-title">{WORDS[language]}</h1>' in page
    assert f'href="{settings.BASE_URL}/"' in page
    assert "evil.example" not in page + str(answer.headers)
    assert "csrfmiddlewaretoken" not in page
    assert not answer.cookies


@pytest.mark.parametrize("language", ["nb", "en"])
def test_too_many_fields_get_the_page(language):
    answer = Browser(headers={"accept-language": language}).post("/konto/login/", TOO_MANY)

    assert answer.status_code == 400
    assert WORDS[language] in answer.content.decode()


def test_who_is_signed_in_reads_the_own_language_and_no_name(kari, sign_in):
    kari.user.language = "en"
    kari.user.save()

    answer = sign_in(kari).post("/kunder/ny/", TOO_MANY, headers={"accept-language": "nb"})

    assert answer.status_code == 400
    assert WORDS["en"] in answer.content.decode()
    assert "Kari" not in answer.content.decode()


@pytest.mark.parametrize("language", ["nb", "en"])
def test_it_carries_the_policy_of_every_page(language):
    answer = Browser(headers={"accept-language": language}).get("/", headers={"host": "evil.example"})

    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
