"""The WSGI application that gunicorn serves."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qms.settings")

try:
    application = get_wsgi_application()
except ImproperlyConfigured as wrong:
    sys.exit(f"The product does not start: {wrong}")
