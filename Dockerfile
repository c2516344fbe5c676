# The server alone, as nobody in particular, with nothing beside it to break into. docker-compose.yml runs it with PostgreSQL
# and Redis. Its steps are run by go test ./e2e/deploy, which is why they name no folder outside of their own.
FROM golang:1.26 AS build
ENV GOCACHE=/go/build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/go/build \
    CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o out/anxin ./server
RUN mkdir -p data/evidence && chmod 0700 data data/evidence

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /src/out/anxin /anxin
COPY --from=build --chown=65532:65532 /src/data /data
USER 65532:65532
ENV ANXIN_ADDR=0.0.0.0:8080 ANXIN_DATA=/data
EXPOSE 8080
VOLUME ["/data"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["/anxin", "health"]
ENTRYPOINT ["/anxin"]
CMD ["serve"]
