# Two images from the same source. `docker build .` makes the one for the web server, the workers, sweeper, courier and the
# migrations; `docker build --target evidence .` the one for the reader of screenshots, some 400 MB larger.
# docker-compose.yml says which is which.
FROM python:3.13-slim AS build

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
# Before the source, so that a change of the source alone does not install everything again.
COPY requirements/base.txt requirements/production.txt /tmp/
RUN pip install --require-hashes --only-binary :all: -r /tmp/base.txt -r /tmp/production.txt
WORKDIR /app
COPY . .
# Production's settings want these; none of the values stays in the image.
RUN PRODUCTION=1 SECRET_KEY=build PUBLIC_URL=http://localhost DATABASE_URL=sqlite:////tmp/none REDIS_URL=redis://none \
    DATA_DIR=/tmp/data STATIC_ROOT=/app/static python manage.py collectstatic --noinput \
    && python -m compileall -q coursework engine grading


# The same libraries and those of the reader.
FROM python:3.13-slim AS build-evidence

ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY --from=build /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
COPY requirements/base.txt requirements/production.txt requirements/evidence.txt /tmp/
# All lists together, so that no version may change by it.
RUN pip install --require-hashes --only-binary :all: -r /tmp/base.txt -r /tmp/production.txt -r /tmp/evidence.txt


FROM python:3.13-slim AS runtime

# pg_dump and pg_restore, for `manage.py backup` and `restore`.
RUN apt-get update && apt-get install --yes --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /data grading \
    && install --directory --owner grading --group grading --mode 0700 /data
COPY --from=build /app /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PRODUCTION=1 \
    DATA_DIR=/data \
    STATIC_ROOT=/app/static
WORKDIR /app
VOLUME /data


# Reads screenshots: celery --app coursework worker --queues evidence, as docker-compose.yml has it.
FROM runtime AS evidence

COPY --from=build-evidence /opt/venv /opt/venv
ENV OMP_NUM_THREADS=1
USER grading


# The last one is what a build without --target makes: everything but the reader.
FROM runtime AS service

COPY --from=build /opt/venv /opt/venv
USER grading
EXPOSE 8000
CMD ["gunicorn", "--config", "python:coursework.runtime.web", "--bind", "0.0.0.0:8000"]
