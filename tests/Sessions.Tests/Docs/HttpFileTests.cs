using Sessions.Hosting;
using Sessions.Tests.Support;

namespace Sessions.Tests.Docs;

/// <summary>The .http files in docs/http: each request of each, one after another, is served.</summary>
[Trait("Host", "Kestrel")]
public sealed class HttpFileTests
{
    private const string Folder = "docs/http";

    public static TheoryData<string> Files => [.. Directory
        .EnumerateFiles(Path.Combine(Repository.Root, Folder), "*.http")
        .Select(file => Path.GetFileNameWithoutExtension(file)!)];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Every_request_of_a_file_is_served(string name)
    {
        await using var app = await SessionsApp.Start(builder =>
        {
            // As where nothing is set.
            builder.Configuration["Accounts:0:Id"] = "dev";
            builder.Configuration["Accounts:0:Sid"] = DevelopmentAccount.Sid;
            builder.Configuration["Accounts:0:Secrets:0"] = DevelopmentAccount.Secret;
            builder.Configuration["Accounts:0:Tokens:0:Token"] = DevelopmentAccount.Token;
            builder.Configuration["Accounts:0:Tokens:0:Subject"] = "dev-user";
            builder.Configuration["LiveStream:PublicAccounts:0"] = "dev";
        });
        using var client = app.Anonymous();
        var file = HttpFile.Read(Repository.Read($"{Folder}/{name}.http"));

        var told = new List<string>();
        while (file.Next() is { } request)
        {
            using (request)
            {
                using var response = await client.SendAsync(request);
                var body = await response.Content.ReadAsStringAsync();
                file.Answered(body);
                if (!response.IsSuccessStatusCode)
                {
                    told.Add($"{request.Method} {request.RequestUri}: {response.StatusCode} {body}");
                }
            }
        }

        Assert.InRange(file.Count, 5, 20);
        Expect.None(told);
    }
}
