# The image of web, worker, beat and the one-shot migrate: docker-compose.yml says which command each runs.

FROM python:3.11-slim AS build
ENV PIP_NO_CACHE_DIR=1 UV_NO_CACHE=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /srv/byra
# First what seldom changes: the same set-up as on a developer's machine, with node and the checks, stays in this stage.
COPY bin/setup bin/setup
COPY requirements requirements
COPY package.json package-lock.json .npmrc ./
RUN bin/setup
# What runs in production has an environment of its own, from its own lock.
RUN .tools/bin/uv venv --quiet --python python3 /opt/venv \
    && .tools/bin/uv pip sync --quiet --require-hashes --compile-bytecode --python /opt/venv requirements/runtime.txt
COPY . .
# Once more for the translations (.mo). The settings insist on some variables; none of these values is used or kept.
RUN bin/setup && key() { python3 -c 'import secrets; print(secrets.token_urlsafe(50))'; } && env \
        SECRET_KEY="$(key)" LINK_KEY="$(key)" RECEIPT_KEY="$(key)" \
        DATABASE_URL=postgres://build REDIS_URL=redis://build \
        /opt/venv/bin/python manage.py collectstatic --no-input --verbosity 0
# Of node's packages the running project reads only the letters of the receipts' PDF.
RUN mv node_modules/@fontsource/inter /tmp/inter \
    && rm -rf .tools .venv .node node_modules .cache \
    && mkdir -p node_modules/@fontsource && mv /tmp/inter node_modules/@fontsource/inter \
    && chmod -R a+rX .

FROM python:3.11-slim
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    BEAT_SCHEDULE=/tmp/beat-schedule \
    GUNICORN_CMD_ARGS="--bind 0.0.0.0:8000 --worker-tmp-dir /dev/shm"
RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent byra
WORKDIR /srv/byra
# Owned by root, so that the running project cannot change its own code.
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/byra /srv/byra
USER byra
EXPOSE 8000
CMD ["gunicorn", "byra.wsgi", "--worker-class", "byra.web_worker.Worker", "--workers", "2", "--threads", "2", "--no-control-socket"]
