# One binary on a small base image. The build steps are in scripts/, where a test runs them; only FROM and COPY are here.
FROM denoland/deno:2.9.6 AS build
WORKDIR /src
COPY . .
RUN deno run --no-config -A scripts/without_links.ts && sh scripts/compile.sh --output /out/locust

FROM debian:stable-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/* \
  && useradd --create-home --uid 1000 locust
COPY --from=build /out/locust /usr/local/bin/locust
USER locust
WORKDIR /mnt
ENTRYPOINT ["locust"]
