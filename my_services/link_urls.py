"""Where the e-mailed link leads, and the offered places: pages for people who may have no company yet."""

from django.urls import path

from my_services import views

app_name = "links"
urlpatterns = [
    path("i/be-om-ny/", views.link_request, name="link-request"),
    path("i/velg-passord/", views.link_password, name="link-password"),
    path("i/ikke-meg/", views.link_disown, name="link-disown"),
    path("i/videresend/", views.link_forward, name="link-forward"),
    path("i/videresend/kode/", views.link_forward_code, name="link-forward-code"),
    path("i/videresendt/", views.link_forwarded, name="link-forwarded"),
    path("i/foresporsel/<int:pk>/", views.link_follow, name="link-follow"),
    path("i/<str:token>/", views.link, name="link"),
    path("i/<str:token>/ikke-meg/", views.disown_link, name="disown-link"),
    path("bevis/", views.receipt_check_form, name="receipt-check-form"),
    path("bevis/<str:number>/<str:code>/", views.receipt_check, name="receipt-check"),
    path("tilbud/", views.offer_list, name="offer-list"),
    path("tilbud/<int:pk>/ta-imot/", views.offer_accept, name="offer-accept"),
]
