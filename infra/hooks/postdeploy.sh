#!/bin/sh
# What `azd deploy` does last: waits until the service is ready, calls an operation of each API and of the operator with
# the credentials of the azd environment, and prints what it did. It ends with 1 when an answer is not as it should be.
# postdeploy.ps1 does the same on Windows.
set -u

url=${SERVICE_SESSIONS_URI:?is not set: run this as azd does, or after eval "$(azd env get-values)"}
account=${SESSIONS_ACCOUNT_ID:-main}
tries=${SESSIONS_READY_TRIES:-60}
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT
called=0 failed=0 left=0

# What can be used of a credential. azd gives a hook the name of what is not set; of a digest nothing can be sent.
usable() {
    case $2 in
    "" | "$1" | sha256:*) ;;
    *) printf '%s' "$2" | sed 's/[\\"]/\\&/g' ;;
    esac
}
secret=$(usable SESSIONS_ACCOUNT_SECRET "${SESSIONS_ACCOUNT_SECRET:-}")
token=$(usable SESSIONS_TOKEN "${SESSIONS_TOKEN:-}")
basic=${secret:+user = \"${SESSIONS_ACCOUNT_SID:-}:$secret\"}
bearer=${token:+header = \"Authorization: Bearer $token\"}

# send CREDENTIAL METHOD PATH [BODY]: prints the status, and leaves the body in $answer. The credential goes to curl by
# standard input, since everybody on this machine can read its arguments.
send() {
    printf '%s\n' "$1" | curl --config - --silent --max-time 60 --output "$answer" --write-out '%{http_code}' \
        --request "$2" ${4:+--header 'Content-Type: application/json' --data "$4"} "$url$3"
}

# call API WANTED CREDENTIAL METHOD PATH [BODY]
call() {
    if [ -z "$3" ]; then
        left=$((left + 1))
        echo "  $1: not called, since the azd environment has no credential that can be sent"
        return 1
    fi
    called=$((called + 1))
    status=$(send "$3" "$4" "$5" "${6:-}")
    echo "  $1: $4 $5 -> $status"
    if [ "$status" != "$2" ]; then
        failed=$((failed + 1))
        echo "    should be $2; the answer: $(head -c 500 "$answer")"
        return 1
    fi
}

# A first start waits for roles and secrets to arrive, which can take minutes.
until status=$(send '' GET /health/ready) && [ "$status" = 200 ]; do
    tries=$((tries - 1))
    if [ "$tries" -le 0 ]; then
        echo "$url/health/ready -> $status, and not 200: $(head -c 500 "$answer")"
        exit 1
    fi
    sleep 5
done
echo "$url is ready."

call 'Twilio Proxy' 200 "$basic" GET '/v1/Services?PageSize=1'
# Bandwidth lists no sessions, so one is made, and ended.
if call 'Bandwidth WebRTC' 200 "$basic" POST "/v1/accounts/$account/sessions" '{"tag":"postdeploy"}'; then
    session=$(sed -n 's/.*"id": *"\([^"]*\)".*/\1/p' "$answer")
    call 'Bandwidth WebRTC' 204 "$basic" DELETE "/v1/accounts/$account/sessions/$session"
fi
call 'CAMARA WebRTC' 200 "$bearer" GET /webrtc-events/v0.2/subscriptions
call 'Conversation' 200 "$bearer" GET '/v1/conversation/sessions?pageSize=1'
call 'LiveStream' 200 "$bearer" GET /rooms/my
call 'Operator' 200 "$bearer" GET '/operator/sessions?pageSize=1'

echo "$called called, $failed failed, $left not called"
[ "$failed" -eq 0 ]
