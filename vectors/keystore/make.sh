#!/usr/bin/env bash
# Makes the key files of this directory anew, with throw-away keys: every form as the programs write it that people use.
# Needs openssl 3, ssh-keygen, puttygen, certutil and pk12util (libnss3-tools). The passphrase of every encrypted file is "fixture".
set -euo pipefail
cd "$(dirname "$0")"
rm -rf openssl ssh putty nss
mkdir openssl ssh putty nss
pass=fixture

# Private keys in the forms of openssl, and their public halves.
generate() { openssl genpkey -quiet -algorithm "${@:2}" -out "openssl/$1.pkcs8.pem"; }
generate rsa2048 RSA -pkeyopt rsa_keygen_bits:2048
generate rsa3072 RSA -pkeyopt rsa_keygen_bits:3072
generate rsa4096 RSA -pkeyopt rsa_keygen_bits:4096
generate rsa1024 RSA -pkeyopt rsa_keygen_bits:1024
generate p256 EC -pkeyopt ec_paramgen_curve:P-256
generate p384 EC -pkeyopt ec_paramgen_curve:P-384
generate p521 EC -pkeyopt ec_paramgen_curve:P-521
generate p224 EC -pkeyopt ec_paramgen_curve:P-224
generate p256-explicit EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit
generate ed25519 ED25519
generate ed448 ED448
generate x25519 X25519
generate x448 X448
for key in openssl/*.pkcs8.pem; do
  openssl pkey -in "$key" -pubout -out "${key%.pkcs8.pem}.spki.pem"
done
for key in rsa2048 p256 x448; do
  openssl pkey -in "openssl/$key.pkcs8.pem" -outform DER -out "openssl/$key.pkcs8.der"
  openssl pkey -in "openssl/$key.pkcs8.pem" -pubout -outform DER -out "openssl/$key.spki.der"
done
openssl rsa -in openssl/rsa2048.pkcs8.pem -traditional -out openssl/rsa2048.pkcs1.pem
openssl rsa -in openssl/rsa2048.pkcs8.pem -RSAPublicKey_out -out openssl/rsa2048.pkcs1-public.pem
traditional() { openssl "$1" -in "openssl/$2.pkcs8.pem" "${@:4}" -passout "pass:$pass" -out "openssl/$2.$3.traditional.pem"; }
traditional rsa rsa2048 aes128 -traditional -aes128
traditional rsa rsa2048 des3 -traditional -des3
traditional ec p256 aes256 -aes256
traditional ec p521 aes192 -aes192
for curve in p256 p384 p521; do
  openssl ec -in "openssl/$curve.pkcs8.pem" -out "openssl/$curve.sec1.pem"
done
openssl ecparam -name prime256v1 -genkey -out openssl/p256-parameters.sec1.pem # with the block of parameters in front
encrypt() { openssl pkcs8 -topk8 -in "openssl/$1.pkcs8.pem" -passout "pass:$pass" "${@:3}" -out "openssl/$1.$2.pem"; }
encrypt p256 aes256 -v2 aes-256-cbc
encrypt p256 aes128 -v2 aes-128-cbc -v2prf hmacWithSHA512
encrypt p256 des3 -v2 des3 -v2prf hmacWithSHA1
encrypt p256 scrypt -scrypt
encrypt p256 pbes1 -v1 PBE-SHA1-3DES -provider legacy -provider default
encrypt rsa2048 aes256 -v2 aes-256-cbc
encrypt ed25519 aes256 -v2 aes-256-cbc

# Certificates, requests, PKCS #12.
subject="/C=CH/O=Fixture/CN=fixture.example.com"
for key in rsa2048 p256 p384 p521 ed25519 ed448; do
  openssl req -new -key "openssl/$key.pkcs8.pem" -subj "$subject" -addext "subjectAltName=DNS:fixture.example.com" \
    -out "openssl/$key.request.pem"
  openssl req -new -x509 -days 36500 -key "openssl/$key.pkcs8.pem" -subj "$subject" -out "openssl/$key.certificate.pem"
done
openssl req -new -sha512 -key openssl/rsa2048.pkcs8.pem -subj "$subject" -out openssl/rsa2048-sha512.request.pem
openssl req -new -sha1 -key openssl/rsa2048.pkcs8.pem -subj "$subject" -out openssl/rsa2048-sha1.request.pem
openssl x509 -in openssl/p256.certificate.pem -outform DER -out openssl/p256.certificate.der
openssl req -in openssl/p256.request.pem -outform DER -out openssl/p256.request.der
openssl x509 -req -in openssl/ed25519.request.pem -CA openssl/p256.certificate.pem -CAkey openssl/p256.pkcs8.pem -days 36500 \
  -out openssl/ed25519-issued.certificate.pem
store() {
  openssl pkcs12 -export -inkey "openssl/$1.pkcs8.pem" -in "openssl/$1.certificate.pem" -name "fixture $1" -passout "pass:$pass" \
    "${@:3}" -out "openssl/$1.$2.p12"
}
store rsa2048 aes256
store p256 aes256
store p256 legacy -legacy
store p256 des3 -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1
store p256 nomac -nomac
store ed25519 clear-certificate -certpbe NONE
openssl pkcs12 -export -nokeys -in openssl/p256.certificate.pem -passout "pass:$pass" -out openssl/certificate-only.p12

# SSH.
make_ssh() { ssh-keygen -q -t "$2" -b "$3" -N "$4" -a 2 -C "$1@example.com" -f "ssh/$1" "${@:5}"; }
make_ssh ed25519 ed25519 256 ""
make_ssh rsa2048 rsa 2048 ""
make_ssh rsa1024 rsa 1024 ""
make_ssh p256 ecdsa 256 ""
make_ssh p384 ecdsa 384 ""
make_ssh p521 ecdsa 521 ""
make_ssh p256-encrypted ecdsa 256 "$pass"
make_ssh rsa2048-encrypted rsa 2048 "$pass" -Z aes256-gcm@openssh.com
make_ssh ed25519-encrypted ed25519 256 "$pass" -Z chacha20-poly1305@openssh.com
for key in rsa2048 p521; do
  ssh-keygen -e -m RFC4716 -f "ssh/$key.pub" >"ssh/$key.rfc4716"
done
{
  printf '# the hosts of nobody\nhost.example.com,192.0.2.1 %s\n' "$(cut -d' ' -f1,2 ssh/ed25519.pub)"
  printf '[other.example.com]:2222 %s\n' "$(cut -d' ' -f1,2 ssh/p256.pub)"
} >ssh/known_hosts
cp ssh/known_hosts ssh/known_hosts.hashed
ssh-keygen -q -H -f ssh/known_hosts.hashed 2>/dev/null
rm ssh/known_hosts.hashed.old
{
  printf '@revoked *.example.com %s\n' "$(cut -d' ' -f1,2 ssh/p384.pub)"
  printf '@cert-authority *.example.com %s\n' "$(cut -d' ' -f1,2 ssh/p521.pub)"
} >>ssh/known_hosts
{
  cat ssh/ed25519.pub
  printf 'restrict,command="echo \\"a, b\\"",from="192.0.2.0/24" %s\n' "$(cat ssh/rsa2048.pub)"
  printf 'cert-authority %s\n' "$(cat ssh/p256.pub)"
} >ssh/authorized_keys
rm ssh/*-encrypted.pub

# PuTTY.
printf '%s' "$pass" >putty/passphrase
printf '' >putty/none
for kind in "ed25519 eddsa 255" "ed448 eddsa 448" "p256 ecdsa 256" "p384 ecdsa 384" "p521 ecdsa 521" "rsa2048 rsa 2048"; do
  read -r name type bits <<<"$kind"
  puttygen -q -t "$type" -b "$bits" -C "$name@example.com" --new-passphrase putty/none -o "putty/$name.ppk"
  puttygen -L "putty/$name.ppk" >"putty/$name.pub"
done
puttygen -q putty/p256.ppk --new-passphrase putty/passphrase -P -O private -o putty/p256-encrypted.ppk
puttygen -q putty/p256.ppk --new-passphrase putty/passphrase -P -O private --ppk-param version=2 -o putty/p256-encrypted.v2.ppk
puttygen -q putty/ed25519.ppk --new-passphrase putty/none -P -O private --ppk-param version=2 -o putty/ed25519.v2.ppk
puttygen -q putty/rsa2048.ppk --new-passphrase putty/passphrase -P -O private --ppk-param kdf=argon2i,memory=1024,passes=2,parallelism=2 \
  -o putty/rsa2048-argon2i.ppk
puttygen -q putty/rsa2048.ppk --new-passphrase putty/passphrase -P -O private --ppk-param kdf=argon2d,memory=1024,passes=2 \
  -o putty/rsa2048-argon2d.ppk
rm putty/passphrase putty/none

# As Firefox writes it: lengths are not stated beforehand, and octet strings are in pieces.
certificates=$(mktemp -d)
certutil -N -d "$certificates" --empty-password
pk12util -i openssl/p256.aes256.p12 -d "$certificates" -W "$pass"
pk12util -o nss/p256.p12 -n "fixture p256" -d "$certificates" -W "$pass"
rm -rf "$certificates"
chmod 644 openssl/* ssh/* putty/* nss/*
