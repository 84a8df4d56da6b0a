"""Sign-in at an OpenID provider, stricter than the library: signature, nonce and time are checked every time.

OpenID Connect Core 1.0, 3.1.3.7. The account key is (issuer, subject).
"""

import secrets
from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from requests import RequestException

NONCE = "single_sign_on_nonce"
ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
LEEWAY_SECONDS = 60


class Client(OAuth2Client):
    """Asks the provider to put a nonce of this session into its answer."""

    def get_redirect_url(self, authorization_url: str, scope: list[str], extra_params: dict[str, Any]) -> str:
        """Return the provider's address, with a nonce that this session keeps."""
        nonce = secrets.token_urlsafe(24)
        self.request.session[NONCE] = nonce
        address: str = super().get_redirect_url(authorization_url, scope, {**extra_params, "nonce": nonce})
        return address


class Provider(OpenIDConnectOAuth2Adapter):
    """The provider of the settings (QMS_OIDC_URL)."""

    client_class = Client

    def get_provider(self) -> Any:
        """Return allauth's provider, led back to this class when it builds its addresses."""
        provider = super().get_provider()
        provider.oauth2_adapter_class = Provider
        return provider

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> Any:
        """Return the sign-in that an answer stands for; raise OAuth2Error for an answer without a good ID token."""
        id_token = kwargs["response"].get("id_token")
        if not id_token:
            raise OAuth2Error("The answer holds no ID token.")
        claims = self.claims_of(str(id_token), app.client_id, request.session.pop(NONCE, None))
        return self.get_provider().sociallogin_from_response(request, {"id_token": claims})

    def claims_of(self, id_token: str, client_id: str, nonce: str | None) -> dict[str, Any]:
        """Return the claims of an ID token after checking signature, issuer, audience, time and nonce."""
        try:
            claims: dict[str, Any] = jwt.decode(
                id_token,
                key=self._key_of(id_token),
                algorithms=sorted(ALGORITHMS),
                issuer=self.openid_config["issuer"],
                audience=client_id,
                leeway=LEEWAY_SECONDS,
                options={"require": ["iss", "sub", "aud", "exp", "iat"]},
            )
        except (jwt.PyJWTError, KeyError, ValueError) as error:
            raise OAuth2Error("The ID token does not hold.") from error
        if not nonce or claims.get("nonce") != nonce:
            raise OAuth2Error("The ID token answers another sign-in.")
        return claims

    def _key_of(self, id_token: str) -> Any:
        """Return the provider's key that the token names; raise OAuth2Error when it names none of them."""
        header = jwt.get_unverified_header(id_token)
        if header.get("alg") not in ALGORITHMS:
            raise OAuth2Error("The ID token is not signed as it should be.")
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        keys = jwt.PyJWKSet.from_dict(answer.json()).keys
        named = [each for each in keys if each.key_id == header.get("kid")]
        if not named:
            raise OAuth2Error("The ID token names a key that the provider does not have.")
        return named[0].key


@login_not_required
def sign_in(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send somebody to the provider; say so in words when it cannot be reached."""
    return _through(OAuth2LoginView, request, provider_id)


@login_not_required
def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take the provider's answer."""
    return _through(OAuth2CallbackView, request, provider_id)


def _through(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        answer: HttpResponse = view.adapter_view(Provider(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    except (RequestException, ValueError, KeyError):
        messages.error(request, _("The single sign-on cannot be reached. Try again, or sign in with your password."))
        return redirect("account_login")
    return answer
