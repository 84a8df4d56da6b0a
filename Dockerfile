# The product without its data: docs/deploying.md says how it is run. Everything comes as wheels, nothing is compiled.
FROM python:3.11-slim-bookworm

RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /app
COPY script/requirements/run.txt script/requirements/run.txt
RUN pip install --no-cache-dir --require-hashes --only-binary :all: --requirement script/requirements/run.txt

COPY . .
ENV PYTHONUNBUFFERED=1 QMS_STATIC=/app/static-collected QMS_DATA=/data
RUN QMS_SECRET_KEY=for-collecting-the-static-files-and-for-nothing-else python manage.py collectstatic --noinput --ignore rest_framework

RUN useradd --system --uid 1000 --create-home qms && install --directory --owner qms --group qms --mode 700 /data
USER qms
VOLUME /data
EXPOSE 8000
# What any of the commands writes is for this user alone.
ENTRYPOINT ["sh", "-c", "umask 077; exec \"$@\"", "sh"]
CMD ["gunicorn", "qms.wsgi", "--bind", "0.0.0.0:8000", "--preload", "--no-control-socket", "--worker-tmp-dir", "/dev/shm", "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--access-logfile", "-"]
