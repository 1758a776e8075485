using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Http.Accounts;
using Sessions.Storage;
using Sessions.Tests.Support;
using Sessions.TwilioProxy;

namespace Sessions.Tests.TwilioProxy;

/// <summary>Two installations, and what brings one's Proxy into the other.</summary>
internal sealed class ImportHouse : IAsyncDisposable
{
    private ImportHouse(SessionsApp source, SessionsApp target)
    {
        (Source, Target) = (source, target);
        (There, Here) = (ProxyClient.Acme(source), ProxyClient.Acme(target));
    }

    public SessionsApp Source { get; }

    public SessionsApp Target { get; }

    /// <summary>A client of the source.</summary>
    public ProxyClient There { get; }

    /// <summary>A client of the installation that is brought into.</summary>
    public ProxyClient Here { get; }

    /// <summary>What the source answers in place of its own answer, or null for that.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage?> Faults { get; set; } = _ => null;

    /// <summary>The path of the Service that the source has: with a number, a reserved one and a short code.</summary>
    public string Service { get; private set; } = "";

    /// <summary>The path of its open Session, which is of one participant.</summary>
    public string Session { get; private set; } = "";

    public static async Task<ImportHouse> Start()
    {
        var house = new ImportHouse(await SessionsApp.Start(), await SessionsApp.Start());
        var there = house.There;
        house.Service = await there.NewService(
            "masked", ("DefaultTtl", "3600"), ("NumberSelectionBehavior", "avoid-sticky"));
        await there.NewNumber(house.Service, "+14155559001");
        await there.NewNumber(house.Service, "+14155559002", ("IsReserved", "true"));
        await there.Post($"{house.Service}/ShortCodes", ("Sid", "SC" + new string('a', 32)), ("ShortCode", "77777"));
        house.Session = await there.NewSession(
            house.Service, ("UniqueName", "order"), ("Participants", Participant("+14155550001")));
        house.Advance(TimeSpan.FromSeconds(2));
        return house;
    }

    /// <summary>A participant to create a Session with.</summary>
    public static string Participant(string identifier, string proxy = "+14155559001") =>
        $$"""{"Identifier": "{{identifier}}", "ProxyIdentifier": "{{proxy}}"}""";

    /// <summary>Brings everything, and gives the report.</summary>
    public async Task<ImportReport> Import(
        bool dryRun = false, string password = TestAccounts.AcmeSecret, CancellationToken cancellation = default)
    {
        var report = new ImportReport();
        var services = Target.Services;
        using var http = new HttpClient(new FaultyHandler(this));
        var source = new SourceClient(
            http, new("http://localhost"), TestAccounts.AcmeSid, password, TimeProvider.System);
        await services.GetRequiredService<ProxyImport>().Run(
            services.GetRequiredService<Credentials>().Accounts[0], source, report, dryRun, cancellation);
        return report;
    }

    /// <summary>Moves both clocks.</summary>
    public void Advance(TimeSpan by)
    {
        Source.Clock.Advance(by);
        Target.Clock.Advance(by);
    }

    /// <summary>Checks that both answer alike to whoever asks for anything of it.</summary>
    public Task AreAlike() => AreAlike(There, Here, Target.Store);

    /// <inheritdoc cref="AreAlike()"/>
    public static async Task AreAlike(ProxyClient source, ProxyClient target, IDocumentStore store)
    {
        var (there, here) = (await All(source), await All(target));
        Assert.Equal(there.Keys.Order(), here.Keys.Order());
        Assert.All(there, one => Assert.Equal(one.Value, here[one.Key]));
        foreach (var service in here.Keys.Where(path => path.Count(letter => letter == '/') == 3))
        {
            await ClaimInvariant.Holds(store, service);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await Target.DisposeAsync();
    }

    // Everything open by its path, as it is answered.
    private static async Task<Dictionary<string, string>> All(ProxyClient proxy)
    {
        var all = new Dictionary<string, string>();
        foreach (var service in await Whole(proxy, "/v1/Services", "services"))
        {
            var path = Add($"/v1/Services/{service["sid"]}", service);
            foreach (var (list, key) in new[] { ("PhoneNumbers", "phone_numbers"), ("ShortCodes", "short_codes") })
            {
                foreach (var number in await Whole(proxy, $"{path}/{list}", key))
                {
                    Add($"{path}/{list}/{number["sid"]}", number);
                }
            }

            foreach (var session in await Whole(proxy, $"{path}/Sessions", "sessions"))
            {
                if (session["status"]!.ToString() is "open" or "in-progress")
                {
                    await Under(Add($"{path}/Sessions/{session["sid"]}", session));
                }
            }
        }

        return all;

        string Add(string path, JsonNode resource)
        {
            all.Add(path, resource.ToJsonString());
            return path;
        }

        async Task Under(string session)
        {
            foreach (var participant in await Whole(proxy, $"{session}/Participants", "participants"))
            {
                var path = Add($"{session}/Participants/{participant["sid"]}", participant);
                foreach (var message in await Whole(proxy, $"{path}/MessageInteractions", "interactions"))
                {
                    Add($"{path}/MessageInteractions/{message["sid"]}", message);
                }
            }

            foreach (var interaction in await Whole(proxy, $"{session}/Interactions", "interactions"))
            {
                Add($"{session}/Interactions/{interaction["sid"]}", interaction);
            }
        }
    }

    private static async Task<List<JsonNode>> Whole(ProxyClient proxy, string path, string key)
    {
        List<JsonNode> all = [];
        for (string? next = $"{path}?PageSize=100"; next is not null;)
        {
            var page = (await proxy.Get(next)).Is(HttpStatusCode.OK).Body!;
            all.AddRange(page[key]!.AsArray().Select(item => item!));
            next = page["meta"]!["next_page_url"] is { } url ? new Uri(url.ToString()).PathAndQuery : null;
        }

        return all;
    }

    private sealed class FaultyHandler(ImportHouse house) : HttpMessageHandler
    {
        private readonly HttpClient _source = house.Source.Anonymous();

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (house.Faults(request) is { } fault)
            {
                return fault;
            }

            using var again = new HttpRequestMessage(request.Method, request.RequestUri);
            foreach (var (name, values) in request.Headers)
            {
                again.Headers.TryAddWithoutValidation(name, values);
            }

            return await _source.SendAsync(again, cancellationToken);
        }

        protected override void Dispose(bool disposing)
        {
            _source.Dispose();
            base.Dispose(disposing);
        }
    }
}
