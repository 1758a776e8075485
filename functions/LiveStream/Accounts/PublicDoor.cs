using Microsoft.AspNetCore.Http;
using Sessions.Http;
using Sessions.Http.Accounts;

namespace Sessions.LiveStream;

/// <summary>
/// The surface for everyone: whoever sends no token comes in as nobody, into the account that the path is about. A
/// token that is sent must be good.
/// </summary>
internal sealed class PublicDoor(LiveStreamSurface surface, AccountTags accounts) : ISurface
{
    public string Name => surface.Name;

    public int BodyLimit => surface.BodyLimit;

    public bool Owns(PathString path) => surface.Owns(path);

    public IResult Refuse(HttpRequest request, Refusal refusal) => surface.Refuse(request, refusal);

    public async ValueTask<Caller> Authenticate(HttpRequest request, DateTimeOffset now)
    {
        var caller = await surface.SignedIn(request, now);
        if (request.RouteValues["id"] is not string id)
        {
            return caller ?? People.Nobody(accounts.Public ?? throw LiveStreamErrors.NoCredentials());
        }

        var owner = accounts.Of(Ids.Read(id)) ?? throw LiveStreamErrors.NotFound();
        return caller?.Account == owner ? caller : People.Nobody(owner);
    }
}
