using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.Surfaces;

/// <summary>One of the two tenants of <see cref="TestAccounts"/>.</summary>
internal enum Tenant
{
    Acme,
    Other,
}

/// <summary>What the proofs that run over all functions must be told of a surface.</summary>
internal interface ISurfaceSample
{
    /// <summary>Its name, as the functions' names begin.</summary>
    string Surface { get; }

    /// <summary>Whether bodies are forms; else they are JSON.</summary>
    bool TakesForms { get; }

    /// <summary>One id of the right form that names nothing, for each route parameter of its functions.</summary>
    IReadOnlyDictionary<string, string> Absent { get; }

    /// <summary>Which of the ids name no thing but the caller, so that nobody sends another's.</summary>
    IReadOnlyList<string> CallersOwn => [];

    /// <summary>The <c>Authorization</c> header of a tenant.</summary>
    string Authorization(Tenant tenant);

    /// <summary>The name of the id in a function's route parameter, when the parameter's is not clear.</summary>
    string IdOf(string function, string parameter) => parameter;

    /// <summary>What the API's own description calls a function's operation; null when that has no such name.</summary>
    string? OperationOf(string function) => null;

    /// <summary>Whether the document that it is the sample of tells of a function.</summary>
    bool TellsOf(string function) => true;

    /// <summary>What is in a good request of a function beside its path.</summary>
    SampleRequest RequestOf(string function);

    /// <summary>Whether by its contract anybody may call the function: then nothing is kept apart.</summary>
    bool IsPublic(string function);

    /// <summary>Whether a good request is served; some functions are there only to refuse in the right words.</summary>
    bool IsServed(string function) => true;

    /// <summary>Makes one of each thing that a route parameter names; the ids by the parameters' names.</summary>
    Task<Dictionary<string, string>> Create(SampleClient client);

    /// <summary>What is wrong with the body of an error, or null when it is in the surface's shape.</summary>
    string? FaultOf(HttpStatusCode status, JsonNode? body);
}

/// <summary>What is in a request beside its path. <c>&lt;name&gt;</c> stands for the id of a route parameter.</summary>
internal sealed record SampleRequest
{
    /// <summary>The names of the query parameters that the function knows, with a good value each.</summary>
    public IReadOnlyDictionary<string, string> Query { get; init; } = new Dictionary<string, string>();

    /// <summary>Headers that it needs.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>A good body as a JSON object, whose members are the fields where the surface takes forms.</summary>
    public string? Body { get; init; }
}
