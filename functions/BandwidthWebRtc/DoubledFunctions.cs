using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Sessions.BandwidthWebRtc;

/// <summary>
/// Every operation again, under the path with the account twice that Bandwidth's old documentation shows. A function
/// has one route, so each stands here once more, and does nothing but pass the request on.
/// </summary>
public sealed class DoubledFunctions(
    SessionFunctions sessions,
    ParticipantFunctions participants,
    MemberFunctions members,
    SubscriptionFunctions subscriptions)
{
    /// <inheritdoc cref="SessionFunctions.Create"/>
    [Function("BandwidthWebRtc_CreateSessionDoubled")]
    public Task<IResult> CreateSession(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "post",
            Route = "v1/accounts/{accountId}/accounts/{secondAccountId}/sessions")]
        HttpRequest request) => sessions.Create(request);

    /// <inheritdoc cref="SessionFunctions.Fetch"/>
    [Function("BandwidthWebRtc_FetchSessionDoubled")]
    public Task<IResult> FetchSession(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", "head",
            Route = "v1/accounts/{accountId}/accounts/{secondAccountId}/sessions/{sessionId}")]
        HttpRequest request) => sessions.Fetch(request);

    /// <inheritdoc cref="SessionFunctions.Delete"/>
    [Function("BandwidthWebRtc_DeleteSessionDoubled")]
    public Task<IResult> DeleteSession(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "delete",
            Route = "v1/accounts/{accountId}/accounts/{secondAccountId}/sessions/{sessionId}")]
        HttpRequest request) => sessions.Delete(request);

    /// <inheritdoc cref="ParticipantFunctions.Create"/>
    [Function("BandwidthWebRtc_CreateParticipantDoubled")]
    public Task<IResult> CreateParticipant(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "post",
            Route = "v1/accounts/{accountId}/accounts/{secondAccountId}/participants")]
        HttpRequest request) => participants.Create(request);

    /// <inheritdoc cref="ParticipantFunctions.Fetch"/>
    [Function("BandwidthWebRtc_FetchParticipantDoubled")]
    public Task<IResult> FetchParticipant(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", "head",
            Route = "v1/accounts/{accountId}/accounts/{secondAccountId}/participants/{participantId}")]
        HttpRequest request) => participants.Fetch(request);

    /// <inheritdoc cref="ParticipantFunctions.Delete"/>
    [Function("BandwidthWebRtc_DeleteParticipantDoubled")]
    public Task<IResult> DeleteParticipant(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "delete",
            Route = "v1/accounts/{accountId}/accounts/{secondAccountId}/participants/{participantId}")]
        HttpRequest request) => participants.Delete(request);

    /// <inheritdoc cref="MemberFunctions.List"/>
    [Function("BandwidthWebRtc_ListSessionParticipantsDoubled")]
    public Task<IResult> ListSessionParticipants(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", "head",
            Route = "v1/accounts/{accountId}/accounts/{secondAccountId}/sessions/{sessionId}/participants")]
        HttpRequest request) => members.List(request);

    /// <inheritdoc cref="MemberFunctions.Add"/>
    [Function("BandwidthWebRtc_AddParticipantToSessionDoubled")]
    public Task<IResult> AddParticipantToSession(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "put",
            Route = "v1/accounts/{accountId}/accounts/{secondAccountId}/sessions/{sessionId}/participants/{participantId}")]
        HttpRequest request) => members.Add(request);

    /// <inheritdoc cref="MemberFunctions.Remove"/>
    [Function("BandwidthWebRtc_RemoveParticipantFromSessionDoubled")]
    public Task<IResult> RemoveParticipantFromSession(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "delete",
            Route = "v1/accounts/{accountId}/accounts/{secondAccountId}/sessions/{sessionId}/participants/{participantId}")]
        HttpRequest request) => members.Remove(request);

    /// <inheritdoc cref="SubscriptionFunctions.Fetch"/>
    [Function("BandwidthWebRtc_FetchParticipantSubscriptionsDoubled")]
    public Task<IResult> FetchParticipantSubscriptions(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "get", "head",
            Route = "v1/accounts/{accountId}/accounts/{secondAccountId}/sessions/{sessionId}/participants/{participantId}/subscriptions")]
        HttpRequest request) => subscriptions.Fetch(request);

    /// <inheritdoc cref="SubscriptionFunctions.Update"/>
    [Function("BandwidthWebRtc_UpdateParticipantSubscriptionsDoubled")]
    public Task<IResult> UpdateParticipantSubscriptions(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "put",
            Route = "v1/accounts/{accountId}/accounts/{secondAccountId}/sessions/{sessionId}/participants/{participantId}/subscriptions")]
        HttpRequest request) => subscriptions.Update(request);
}
