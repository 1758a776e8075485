# What postdeploy.sh does, on Windows.
$ErrorActionPreference = 'Stop'

$url = $env:SERVICE_SESSIONS_URI
if (-not $url) { throw 'SERVICE_SESSIONS_URI is not set: run this as azd does.' }
$account = if ($env:SESSIONS_ACCOUNT_ID) { $env:SESSIONS_ACCOUNT_ID } else { 'main' }
$tries = if ($env:SESSIONS_READY_TRIES) { [int]$env:SESSIONS_READY_TRIES } else { 60 }
$script:called = 0
$script:failed = 0
$script:left = 0

# What can be used of a credential. azd gives a hook the name of what is not set; of a digest nothing can be sent.
function Usable([string]$name) {
    $value = [Environment]::GetEnvironmentVariable($name)
    if ($value -and $value -ne $name -and -not $value.StartsWith('sha256:')) { $value }
}

$secret = Usable 'SESSIONS_ACCOUNT_SECRET'
$token = Usable 'SESSIONS_TOKEN'
$basic = if ($secret) {
    'Basic ' + [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes("$($env:SESSIONS_ACCOUNT_SID):$secret"))
}
$bearer = if ($token) { "Bearer $token" }

function Send([string]$credential, [string]$method, [string]$path, [string]$body) {
    $request = @{ Uri = "$url$path"; Method = $method; TimeoutSec = 60; SkipHttpErrorCheck = $true }
    if ($credential) { $request.Headers = @{ Authorization = $credential } }
    if ($body) { $request.Body = $body; $request.ContentType = 'application/json' }
    try { Invoke-WebRequest @request }
    catch { @{ StatusCode = 0; Content = $_.Exception.Message } }
}

function Start-Of([string]$text) { $text.Substring(0, [Math]::Min(500, $text.Length)) }

# The answer when it is as it should be, else nothing.
function Call([string]$api, [int]$wanted, [string]$credential, [string]$method, [string]$path, [string]$body) {
    if (-not $credential) {
        $script:left++
        Write-Host "  ${api}: not called, since the azd environment has no credential that can be sent"
        return
    }
    $script:called++
    $answer = Send $credential $method $path $body
    $status = [int]$answer.StatusCode
    Write-Host "  ${api}: $method $path -> $status"
    if ($status -eq $wanted) { return $answer }
    $script:failed++
    Write-Host "    should be $wanted; the answer: $(Start-Of "$($answer.Content)")"
}

# A first start waits for roles and secrets to arrive, which can take minutes.
while ([int]($answer = Send '' 'GET' '/health/ready').StatusCode -ne 200) {
    if (--$tries -le 0) {
        Write-Host "$url/health/ready -> $([int]$answer.StatusCode), and not 200: $(Start-Of "$($answer.Content)")"
        exit 1
    }
    Start-Sleep -Seconds 5
}
Write-Host "$url is ready."

$null = Call 'Twilio Proxy' 200 $basic 'GET' '/v1/Services?PageSize=1'
# Bandwidth lists no sessions, so one is made, and ended.
$made = Call 'Bandwidth WebRTC' 200 $basic 'POST' "/v1/accounts/$account/sessions" '{"tag":"postdeploy"}'
if ($made) {
    $session = ($made.Content | ConvertFrom-Json).id
    $null = Call 'Bandwidth WebRTC' 204 $basic 'DELETE' "/v1/accounts/$account/sessions/$session"
}
$null = Call 'CAMARA WebRTC' 200 $bearer 'GET' '/webrtc-events/v0.2/subscriptions'
$null = Call 'Conversation' 200 $bearer 'GET' '/v1/conversation/sessions?pageSize=1'
$null = Call 'LiveStream' 200 $bearer 'GET' '/rooms/my'
$null = Call 'Operator' 200 $bearer 'GET' '/operator/sessions?pageSize=1'

Write-Host "$script:called called, $script:failed failed, $script:left not called"
exit [int]($script:failed -gt 0)
