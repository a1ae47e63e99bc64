# Build: all dependencies, then dist/, which holds all that runs. No install script of any dependency is run.
FROM node:20-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY src src
COPY jobs jobs
COPY config config
COPY scripts scripts
# Source maps are a third of it, and serve a debugger only.
RUN npm run build && find dist -name '*.map' -delete

FROM node:20-slim
# Nothing is installed at run time: the build is one bundle, and what could install more is not needed.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn-* /usr/local/bin/yarn /usr/local/bin/yarnpkg
ENV NODE_ENV=production CONTACT_SYNC_DATA_DIR=/data/.contact-sync
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/dist dist
COPY examples examples
# The one place that is written to: reports and state go to the working directory, so the rest may be read-only.
RUN mkdir /data && chown node:node /data
VOLUME /data
WORKDIR /data
USER node
ENTRYPOINT ["node", "/app/dist/src/cli.js"]
CMD ["--help"]
