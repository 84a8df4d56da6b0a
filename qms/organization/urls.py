"""Addresses of the organization. They stand before the library's own (qms/urls.py), some of which they close."""

from django.urls import path, re_path

from qms.organization import single_sign_on
from qms.organization.views import entrance, options, people, possession, roles, rosters, structure

app_name = "organization"

# Pages of the library that this house does not have: accounts are IT's, and so are addresses and links.
CLOSED = r"^accounts/(?:signup|email|confirm-email|3rdparty/(?!login/)|social|login/code|sessions/)"

urlpatterns = [
    path("accounts/login/", entrance.SignIn.as_view(), name="sign_in"),
    path("accounts/oidc/<slug:provider_id>/login/", single_sign_on.sign_in, name="single_sign_on"),
    path("accounts/oidc/<slug:provider_id>/login/callback/", single_sign_on.come_back, name="single_sign_on_back"),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        entrance.ChooseFromLink.as_view(),
        name="choose_from_link",
    ),
    re_path(CLOSED, entrance.closed, name="closed"),
    path("demo/sign-in/", entrance.demo_login, name="demo_login"),
    path("account/", options.profile, name="profile"),
    path("account/preferences/", options.preferences, name="preferences"),
    path("account/sessions/end/", options.end_other_sessions, name="end_other_sessions"),
    path("account/sessions/<int:key>/end/", options.end_session, name="end_session"),
    path("people/", people.people, name="people"),
    path("people/new/", people.create, name="create_person"),
    path("people/suggest/", people.suggest, name="suggest"),
    path("people/import/", rosters.upload, name="import_people"),
    path("people/import/<int:key>/", rosters.look, name="roster"),
    path("people/links/", rosters.send_links, name="send_links"),
    path("people/waiting/", possession.waiting, name="waiting"),
    path("people/<int:key>/", people.person, name="person"),
    path("people/<int:key>/confirm/", possession.confirm, name="confirm_sign_in"),
    path("people/<int:key>/change/", people.change, name="change_person"),
    path("people/<int:key>/teams/", people.teams, name="person_teams"),
    path("people/<int:key>/deactivate/", people.deactivate, name="deactivate_person"),
    path("people/<int:key>/reactivate/", people.reactivate, name="reactivate_person"),
    path("people/<int:key>/single-sign-on/", people.identity, name="link_identity"),
    path("people/<int:key>/account/<slug:verb>/", people.account, name="account"),
    path("people/<int:key>/roles/grant/", roles.grant, name="grant_role"),
    path("people/<int:key>/roles/first/", roles.first_quality_manager, name="first_quality_manager"),
    path("people/<int:key>/roles/<int:assignment>/end/", roles.end, name="end_role"),
    path("people/teams/", structure.teams, name="teams"),
    path("people/teams/new/", structure.change_team, name="create_team"),
    path("people/teams/<int:key>/", structure.team, name="team"),
    path("people/teams/<int:key>/change/", structure.change_team, name="change_team"),
    path("people/teams/<int:key>/join/", structure.join, name="join_team"),
    path("people/teams/<int:key>/leave/<int:person>/", structure.leave, name="leave_team"),
    path("settings/", options.settings, name="settings"),
    path("settings/logo/", options.logo, name="change_logo"),
    path("settings/logo/remove/", options.remove_logo, name="remove_logo"),
    path("logo/<str:sha256>", options.logo_image, name="logo"),
    path("rights/", roles.rights_matrix, name="rights"),
    path("people/sites/", structure.sites, name="sites"),
    path("people/sites/new/", structure.site, name="create_site"),
    path("people/sites/<int:key>/", structure.site, name="site"),
    path("people/in-use/<slug:kind>/<int:key>/", structure.in_use, name="in_use"),
]
