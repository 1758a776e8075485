using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Engine;

namespace Sessions.Conversation;

/// <summary>What passes between those who are there, such as that somebody types. It is told, and not kept.</summary>
public sealed class SignalFunctions(
    ConversationSurface surface, SessionReader reader, EventLog events, Changes changes)
{
    private const int MaxBytes = 1024;

    /// <summary>Sends a signal to all streams that are open.</summary>
    [Function("Conversation_SendSignal")]
    public Task<IResult> Send(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/conversation/sessions/{session}/signals")]
        HttpRequest request) =>
        surface.Run(request, ConversationScopes.WriteMessages, async exchange =>
        {
            var checks = new FieldChecks();
            var sent = UserRequest.Read(exchange, ProtoMessage.Parse(await exchange.Body()), checks);
            var signal = checks.Read(
                () => ProtoMessage.OneLine(NewMessage.JsonOf(sent.Message, "signal", MaxBytes)), "");
            checks.End();
            var joined = false;
            var log = events.Of(reader.PlaceOf(exchange), LogKind.One) with
            {
                Learn = async standing => joined = await reader.IsOpenTo(
                    standing.Head, sent.User, CancellationToken.None),
            };
            await changes.Gather(
                await sent.Change.Command(exchange),
                log,
                (standing, now) => MessageRules.Signal(standing, sent.User, signal, joined, now));
            return ConversationSurface.Empty();
        });
}
