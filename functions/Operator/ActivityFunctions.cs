using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;
using Sessions.Telemetry;

namespace Sessions.Operator;

/// <summary>What the program was just busy with.</summary>
public sealed class ActivityFunctions(OperatorSurface surface, RecentMinutes minutes)
{
    private const string AllAccounts = "allAccounts";

    /// <summary>Shows the last hour minute by minute, as the process that answers has seen it.</summary>
    [Function("Operator_ShowActivity")]
    public Task<IResult> Show(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "operator/activity")] HttpRequest request) =>
        surface.Run(request, [AllAccounts], exchange =>
        {
            var ofAll = OperatorQuery.IsTrue(exchange.Request.Query, AllAccounts);
            exchange.Caller.Require(ofAll ? OperatorSurface.Installation : null);
            var activity = new ActivityView(
                minutes.Of(ofAll ? null : exchange.Account.Id), ofAll ? minutes.Accounts() : null);
            return ValueTask.FromResult<IResult>(
                Answer.Json(StatusCodes.Status200OK, activity, ActivityJson.Default.ActivityView));
        });
}

/// <summary>The last hour.</summary>
/// <param name="Minutes">Its minutes, the oldest first; the last one is not over yet.</param>
/// <param name="Accounts">What each account cost in it, where all accounts were asked for.</param>
internal sealed record ActivityView(
    IReadOnlyList<MinuteOfActivity> Minutes,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<AccountCost>? Accounts);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ActivityView))]
internal sealed partial class ActivityJson : JsonSerializerContext;
