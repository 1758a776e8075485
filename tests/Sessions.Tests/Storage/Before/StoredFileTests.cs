using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Sessions.Tests.Support;

namespace Sessions.Tests.Storage.Before;

/// <summary>
/// A database file that an earlier program wrote. A change of what is stored must leave these tests as they are: the
/// file is what people have. To see what <see cref="DatabaseMaker"/> makes today, name a folder in
/// <c>SESSIONS_TEST_KEEP_DATABASE</c>.
/// </summary>
public sealed partial class StoredFileTests : IDisposable
{
    // What lives some minutes is gone before the file is read.
    private static readonly string[] _brief = ["conversation/stream-ticket", "camara-webrtc/event"];

    // Kinds that no file of that version holds, since they came after it.
    private static readonly string[] _since =
    [
        "idempotency/record", "account/participant-key", "live-stream/id-key", "live-stream/removed-session",
        "camara-webrtc/registered-number", "conversation/following", "conversation/ending", "twilio-proxy/past-name",
        .. _brief,
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sessions-before-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_version_1_stored_is_read_back_over_HTTP_as_it_was() =>
        await ReadBack(await Copied("version-1"), Committed("version-1.jsonl"));

    [Fact]
    public async Task A_file_made_now_has_every_kind_and_is_read_back_as_it_was()
    {
        var (database, questions) = (In("now.db"), In("now.jsonl"));
        await DatabaseMaker.Make(database, questions);
        if (Environment.GetEnvironmentVariable("SESSIONS_TEST_KEEP_DATABASE") is { Length: > 0 } folder)
        {
            File.Copy(database, Path.Combine(folder, "now.db"), overwrite: true);
            File.Copy(questions, Path.Combine(folder, "now.jsonl"), overwrite: true);
        }

        Expect.None(KindsInCode().Except(_brief).Except(Texts(database, Kinds)));
        await ReadBack(database, questions);
    }

    [Fact]
    public async Task Every_kind_is_in_the_file() =>
        Expect.None(KindsInCode().Except(_since).Except(Texts(await Copied("version-1"), Kinds)));

    [Fact]
    public async Task Events_of_every_fate_are_in_the_file()
    {
        var fates = Texts(
            await Copied("version-1"),
            "SELECT DISTINCT CASE WHEN status = 'failed' THEN status ELSE 'pending' END FROM documents"
            + " WHERE kind = 'outbox/event'");

        Assert.Equal(["failed", "pending"], fates.Order());
    }

    // Senders of events are named in the same way as kinds, and it is as well to have something of each.
    private const string Kinds =
        "SELECT DISTINCT kind FROM documents UNION SELECT DISTINCT json_extract(CAST(body AS TEXT), '$.sender')"
        + " FROM documents WHERE kind = 'outbox/event'";

    private static async Task ReadBack(string database, string file)
    {
        await using var app = await BeforeApp.Start(database);
        await Questions.Load(file).ReadBack(app);
    }

    private static IEnumerable<string> KindsInCode() =>
        from file in Repository.Sources("functions")
        from Match match in KindText().Matches(Repository.Read(file))
        select match.Groups[1].Value;

    [SuppressMessage("Security", "CA2100", Justification = "The queries are the ones here.")]
    private static List<string> Texts(string database, string query)
    {
        using var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = query;
        using var reader = command.ExecuteReader();
        List<string> texts = [];
        while (reader.Read())
        {
            // The sessions of each room have a kind of their own, which ends with its id.
            texts.Add(string.Join('/', reader.GetString(0).Split('/').Take(2)));
        }

        return texts;
    }

    private static string Committed(string file) => VersionOneFile.Path(file);

    private async Task<string> Copied(string name)
    {
        var copy = In($"{name}.db");
        await File.WriteAllBytesAsync(copy, await File.ReadAllBytesAsync(Committed($"{name}.db")));
        return copy;
    }

    private string In(string file) => Path.Combine(_folder.FullName, file);

    [GeneratedRegex(
        "\"((?:twilio-proxy|bandwidth-webrtc|camara-webrtc|conversation|live-stream|outbox|idempotency|account)"
        + "/[a-z-]+)[\"/]")]
    private static partial Regex KindText();
}
