# An image that grades, and that runs the emulator: docker build -t pocketcloud .
FROM node:20-bookworm-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends python3 make g++ && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/pocketcloud
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN node scripts/build.js

FROM node:20-bookworm-slim
# What submissions are run with, what keeps them apart, and openssl for keys to sign reports with.
RUN apt-get update \
 && apt-get install -y --no-install-recommends bubblewrap awscli python3-boto3 util-linux procps curl ca-certificates openssl \
 && rm -rf /var/lib/apt/lists/*
# Terraform, for classes that use it: docker build --build-arg TERRAFORM=1.11.4 .
ARG TERRAFORM=
ARG TARGETARCH=amd64
RUN if [ -n "$TERRAFORM" ]; then \
      apt-get update && apt-get install -y --no-install-recommends unzip \
   && curl -fsSLo /tmp/terraform.zip "https://releases.hashicorp.com/terraform/$TERRAFORM/terraform_${TERRAFORM}_linux_${TARGETARCH}.zip" \
   && unzip -d /usr/local/bin /tmp/terraform.zip terraform && rm /tmp/terraform.zip && rm -rf /var/lib/apt/lists/*; \
    fi
COPY --from=build /opt/pocketcloud /opt/pocketcloud
# The checks and the solutions are root's alone: without a sandbox, submissions run as somebody else.
RUN ln -s /opt/pocketcloud/bin/pocketcloud.js /usr/local/bin/pocketcloud \
 && chmod -R go= /opt/pocketcloud/labs /opt/pocketcloud/dist/labs /opt/pocketcloud/test
ENV AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED=true
EXPOSE 4566
ENTRYPOINT ["pocketcloud"]
CMD ["start", "--host", "0.0.0.0", "--ephemeral"]
