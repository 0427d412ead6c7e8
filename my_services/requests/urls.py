"""Where the e-mailed link leads, and the offered places: pages for people who may have no company yet."""

from django.urls import path

from my_services.agreements import receipt_check
from my_services.requests import disown, forward, link, offered_places

app_name = "links"
urlpatterns = [
    path("i/be-om-ny/", link.link_request, name="link-request"),
    path("i/velg-passord/", link.link_password, name="link-password"),
    path("i/ikke-meg/", disown.link_disown, name="link-disown"),
    path("i/videresend/", forward.link_forward, name="link-forward"),
    path("i/videresend/kode/", forward.link_forward_code, name="link-forward-code"),
    path("i/videresendt/", forward.link_forwarded, name="link-forwarded"),
    path("i/foresporsel/<int:pk>/", link.link_follow, name="link-follow"),
    path("i/<str:token>/", link.link, name="link"),
    path("i/<str:token>/ikke-meg/", disown.disown_link, name="disown-link"),
    path("bevis/", receipt_check.receipt_check_form, name="receipt-check-form"),
    path("bevis/<str:number>/<str:code>/", receipt_check.receipt_check, name="receipt-check"),
    path("tilbud/", offered_places.offer_list, name="offer-list"),
    path("tilbud/<int:pk>/ta-imot/", offered_places.offer_accept, name="offer-accept"),
]
