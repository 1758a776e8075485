using System.Net;

namespace Sessions.Tests.CamaraWebRtc.Conformance;

/// <summary>A sentence about an operation that holds for a generation or does not.</summary>
/// <param name="Operation">The operation, as the yaml calls it.</param>
/// <param name="Sentence">What is to hold.</param>
/// <param name="Play">Tries it; whatever it throws says why it does not hold.</param>
internal sealed record Scenario(string Operation, string Sentence, Func<Stage, Task> Play)
{
    /// <summary>Whether a generation has it.</summary>
    public Func<CamaraEdition, bool> Concerns { get; init; } = _ => true;

    /// <summary>The number of the note that says why it fails where it does; else it must hold everywhere.</summary>
    public int? Note { get; init; }

    /// <summary>Whether it waits for events.</summary>
    public bool Listens => Operation is "notifications";

    /// <summary>Whether it may leave subscriptions behind.</summary>
    public bool Subscribes => Listens || Operation.Contains("Subscription", StringComparison.Ordinal);

    /// <summary>It from r3.1 on.</summary>
    public Scenario Next() => this with { Concerns = edition => edition.IsNext };
}

/// <summary>An operation, as the standard's own tests ask of each in the same way.</summary>
/// <param name="Id">What the yaml calls it.</param>
/// <param name="Method">Its method.</param>
/// <param name="Good">A request that is served.</param>
/// <param name="Status">What it is served with.</param>
internal sealed record Operation(
    string Id, HttpMethod Method, Func<Stage, Task<Asked>> Good, Func<CamaraEdition, HttpStatusCode> Status)
{
    /// <summary>The path with an id of nothing; null for an operation without an id.</summary>
    public Func<CamaraEdition, string>? Absent { get; init; }

    /// <summary>The path without the id.</summary>
    public Func<CamaraEdition, string>? Without { get; init; }

    /// <summary>The note on why the path without the id is served, where it is.</summary>
    public int? WithoutNote { get; init; }

    /// <summary>The path with an empty id.</summary>
    public Func<CamaraEdition, string>? Empty { get; init; }

    /// <summary>Whether it is a create, which needs a body.</summary>
    public bool Creates { get; init; }

    /// <summary>Which generations have it.</summary>
    public Func<CamaraEdition, bool> Concerns { get; init; } = _ => true;

    public IEnumerable<Scenario> Scenarios() =>
    [
        Told("A good request is served, and x-correlator comes back", async stage =>
        {
            var asked = await Good(stage);
            var reply = await stage.Alice.Send(Method, asked.Path, asked.Body, [.. asked.Headers, Stage.Correlator]);
            reply.Is(Status(stage.Edition));
            Assert.Equal(Stage.Correlator.Value, reply.Headers["x-correlator"]);
            await (asked.After?.Invoke(reply) ?? Task.CompletedTask);
        }),
        .. Absent is null ? [] : new[]
        {
            Told("A well-formed id of nothing is 404 NOT_FOUND", async stage =>
                (await stage.Alice.Send(Method, Absent(stage.Edition), (await Good(stage)).Body)).IsNotFound()),
            Told("A path without the id is 400 INVALID_ARGUMENT", async stage =>
                (await stage.Alice.Send(Method, Without!(stage.Edition), null)).IsInvalid()) with
            {
                Note = WithoutNote,
            },
            Told("A path with an empty id is 400 INVALID_ARGUMENT", async stage =>
                (await stage.Alice.Send(Method, Empty!(stage.Edition), null)).IsInvalid()),
        },
        .. !Creates ? [] : new[]
        {
            Told("A request without a body is 400 INVALID_ARGUMENT", async stage =>
                (await stage.Alice.Send(Method, (await Good(stage)).Path, null)).IsInvalid()),
            Told("A request with an empty object is 400 INVALID_ARGUMENT", async stage =>
                (await stage.Alice.Send(Method, (await Good(stage)).Path, "{}")).IsInvalid()),
        },
        Told("Without Authorization it is 401 UNAUTHENTICATED", stage => Refused(stage, null)),
        Told("With a token that has run out it is 401 UNAUTHENTICATED", stage => Refused(stage, CamaraUsers.Expired)),
        Told("With an unknown token it is 401 UNAUTHENTICATED", stage => Refused(stage, "unknown")),
        Told("Without the scope it is 403 PERMISSION_DENIED", async stage =>
        {
            var asked = await Good(stage);
            (await stage.As(CamaraUsers.Scopeless).Send(Method, asked.Path, asked.Body, asked.Headers))
                .IsError(HttpStatusCode.Forbidden, "PERMISSION_DENIED");
        }),
    ];

    private Scenario Told(string sentence, Func<Stage, Task> play) => new(Id, sentence, play) { Concerns = Concerns };

    private async Task Refused(Stage stage, string? token)
    {
        var asked = await Good(stage);
        (await stage.As(token).Send(Method, asked.Path, asked.Body, asked.Headers))
            .IsError(HttpStatusCode.Unauthorized, "UNAUTHENTICATED");
    }
}

/// <summary>A request.</summary>
internal sealed record Asked(string Path, string? Body = null)
{
    public (string Name, string Value)[] Headers { get; init; } = [];

    /// <summary>What is to be looked at in the answer, and tidied up.</summary>
    public Func<Support.ApiReply, Task>? After { get; init; }
}
