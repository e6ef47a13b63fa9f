#!/usr/bin/env bash
# Throttled, revoked, broken: three bad days of a sign-in, from a shell. Needs curl, and kinde-mock in the PATH (or
# its path in KINDE_MOCK).
set -euo pipefail

# Start it on free ports; its first line says all there is to know.
ready=$(mktemp)
"${KINDE_MOCK:-kinde-mock}" serve --listen 127.0.0.1:0 --json >"$ready" &
kinde=$!
trap 'kill "$kinde"; rm -f "$ready"' EXIT
until read -r _ <"$ready"; do
  kill -0 "$kinde"
  sleep 0.01
done
value() { sed -E "s/.*\"$1\":\"([^\"]*)\".*/\1/" "$ready"; }
base_url=$(value base_url) admin_url=$(value admin_url) admin_token=$(value admin_token)
access_token=$(value access_token)

# The application under test: the status of the profile, or curl's exit code if there is no answer.
profile() {
  curl --silent --noproxy '*' --output /dev/null --write-out '%{http_code}' \
    --header "Authorization: Bearer $access_token" "$base_url/oauth2/v2/user_profile" || echo " (curl: $?)"
}
admin() { # METHOD PATH [JSON]
  curl --silent --show-error --fail --noproxy '*' --output /dev/null --request "$1" \
    --header "Authorization: Bearer $admin_token" ${3:+--data "$3"} "$admin_url$2"
}
expect() { # WHAT EXPECTED GOT
  printf '%-18s %s\n' "$1" "$3"
  [ "$2" = "$3" ] || { echo "expected $2" >&2; exit 1; }
}

expect "signed in" 200 "$(profile)"

admin POST /scripts '{"operation":"get_user_profile_v2","reply":{"answer":"throttled","reset_after":2}}'
expect "throttled" 429 "$(profile)"
expect "and once only" 200 "$(profile)"

admin POST /scripts '{"operation":"get_user_profile_v2","reply":{"faults":[{"cut":{"by":"rst"}}]}}'
expect "connection reset" "000 (curl: 56)" "$(profile)"

admin PUT /connections '{"accept":false}'
expect "refused" "000 (curl: 7)" "$(profile)"
admin PUT /connections '{"accept":true}'

admin POST /tokens/revoke "{\"token\":\"$access_token\"}"
expect "revoked" 403 "$(profile)"
