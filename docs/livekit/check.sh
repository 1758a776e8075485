#!/bin/sh
# Checks against a real LiveKit what the tests could only believe: see "What could not be checked" in ../live-stream.md.
# Needs Linux, docker compose, ffmpeg, jq and the .NET SDK. Never run yet.
set -eu
cd "$(dirname "$0")"
url=http://127.0.0.1:7071
auth='Authorization: Bearer dev-token'
data=$(mktemp -d)
pids=''

clean() {
  for pid in $pids; do kill "$pid" 2>/dev/null || true; done
  docker compose down --volumes
  rm -rf "$data"
}
trap clean EXIT INT TERM

say() { printf '%s\n' "$*"; }
fail() { say "FAILED: $*"; exit 1; }
post() { curl -sS -X POST -H "$auth" -d "${2:-}" "$url$1"; }
shown() { curl -sS -H "$auth" "$url$session" | jq -r ".data.$1 // empty"; }

# wait SECONDS COMMAND...: until it succeeds
wait_for() {
  left=$1; shift
  until "$@"; do
    left=$((left - 1)); [ "$left" -gt 0 ] || return 1
    sleep 1
  done
}

encode() {
  ffmpeg -loglevel error -re -f lavfi -i testsrc=size=640x360:rate=30 -f lavfi -i sine -c:v libx264 -preset veryfast \
    -pix_fmt yuv420p -c:a aac -t "$1" -f flv "$2/$3"
}

has() { [ -n "$(shown "$1")" ]; }
is() { [ "$(shown "$1")" = "$2" ]; }
plays() { curl -sSf "$(shown hls_url)" | grep -q '^#EXTINF'; }

docker compose up --detach
wait_for 60 curl -sf http://127.0.0.1:7880 -o "$data/livekit" || fail 'LiveKit does not start'
docker compose exec storage sh -c \
  'mc alias set own http://127.0.0.1:9000 sessions sessions-secret && mc anonymous set download own/streams'

LiveKit__Url=ws://127.0.0.1:7880 LiveKit__ApiKey=APIcheck LiveKit__ApiSecret=a-secret-of-thirty-two-characters \
  LiveKit__HlsBaseUrl=http://127.0.0.1:9000/streams LiveKit__S3__Bucket=streams LiveKit__S3__Region=us-east-1 \
  LiveKit__S3__Endpoint=http://127.0.0.1:9000 LiveKit__S3__ForcePathStyle=true LiveKit__S3__AccessKey=sessions \
  LiveKit__S3__Secret=sessions-secret Sqlite__Path="$data/sessions.db" \
  dotnet run --project ../../functions --urls "$url" > "$data/log" 2>&1 &
pids="$pids $!"
wait_for 120 curl -sf "$url/rooms" -H "$auth" -o "$data/rooms" || fail 'Sessions does not start'

room=$(post /rooms '{"title": "Check"}' | jq -r .data.room.id)
preset=$(post /presets '{"name": "Check", "type": "rtmp", "primary_color": "#1a2b3c", "recording_enabled": true}' \
  | jq -r .data.id)
created=$(post "/rooms/$room/sessions" "{\"title\": \"Check\", \"preset_id\": \"$preset\"}")
session=/sessions/$(printf %s "$created" | jq -r .data.session.id)
server=$(printf %s "$created" | jq -r .data.rtmp_url)
key=$(printf %s "$created" | jq -r .data.stream_key)
[ "$server" != null ] || fail 'a create has no rtmp_url'

encode 5 "$server" "$key" && fail 'a closed ingress takes an encoder'
say 'A closed ingress takes no encoder.'

post "$session/start" | jq -e .success > "$data/start" || fail 'the start'
encode 400 "$server" "$key" &
pids="$pids $!"
post "$session/ensure_hls_egress" | jq -e .success > "$data/hls" || fail 'the egress does not start in three seconds'
wait_for 60 has hls_url || fail 'no hls_url in a minute'
wait_for 60 plays || fail "nothing to play at $(shown hls_url)"
say "HLS plays: $(shown hls_url)"

before=$(shown hls_url)
docker compose kill livekit
docker compose start livekit
wait_for 240 sh -c "[ \"\$(curl -sS -H '$auth' $url$session | jq -r .data.hls_url)\" != '$before' ]" \
  || fail 'the playlist of before is still shown'
is status live || fail 'the session did not live through a restart of LiveKit'
wait_for 240 plays || fail 'HLS does not come back'
say 'HLS came back after a restart, under another name.'

post "$session/end" | jq -e .success > "$data/end" || fail 'the end'
wait_for 700 is 'recordings[-1].status' completed || fail 'the recording did not come to a good end'
curl -sSf -o "$data/recording.mp4" "$(shown 'recordings[-1].file_url')" || fail 'the recording is not where it should be'
say 'The recording is there.'
say 'All of it holds.'
