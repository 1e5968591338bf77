#!/bin/bash
# One authority, and one certificate that client, scheduler and workers share: `certificates.sh DIR`.
set -euo pipefail
umask 077
mkdir -p "$1" && cd "$1"
openssl req -x509 -newkey rsa:3072 -nodes -days 365 -subj /CN=standoff-authority -keyout authority.key -out authority.pem
openssl req -newkey rsa:3072 -nodes -subj /CN=standoff -keyout key.pem -out request.pem
openssl x509 -req -days 365 -in request.pem -CA authority.pem -CAkey authority.key -CAcreateserial -out certificate.pem
cat > dask.yaml <<END
distributed:
  comm:
    require-encryption: true
    tls:
      ca-file: $PWD/authority.pem
      client: {key: $PWD/key.pem, cert: $PWD/certificate.pem}
      scheduler: {key: $PWD/key.pem, cert: $PWD/certificate.pem}
      worker: {key: $PWD/key.pem, cert: $PWD/certificate.pem}
END
echo "export DASK_CONFIG=$PWD/dask.yaml"
