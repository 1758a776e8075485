using Microsoft.Data.Sqlite;
using Sessions.Tests.Support;

namespace Sessions.Tests.Storage.Before;

/// <summary>
/// Makes a database file with something of every kind in it, and a list of requests with their answers, by which a
/// later program shows that it reads that file. All of it comes about over HTTP and by the timers' work.
/// </summary>
internal static class DatabaseMaker
{
    public static async Task Make(string database, string questions)
    {
        DateTimeOffset at;
        await using (var sink = await WebhookSink.Start())
        await using (var app = await BeforeApp.Start(database, sending: true))
        {
            sink.Answer = context => Task.FromResult(context.Request.Path == "/refuses" ? 410 : 204);
            await DatabaseParts.Tell(app, sink.Url);
            at = app.Clock.Now;
        }

        await using (var app = await BeforeApp.Start(database))
        {
            app.Clock.Now = at;
            var made = await DatabaseParts.Make(app);
            List<Question> asked = [];
            foreach (var question in made.Concat(await DatabaseReading.All(app)))
            {
                asked.Add(await question.Ask(app));
            }

            new Questions(app.Clock.Now, asked).Save(questions);
        }

        Compact(database);
    }

    /// <summary>One small file, with nothing beside it.</summary>
    private static void Compact(string database)
    {
        using (var connection = new SqliteConnection($"Data Source={database};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "VACUUM; PRAGMA wal_checkpoint(TRUNCATE);";
            command.ExecuteNonQuery();
        }

        Assert.False(File.Exists($"{database}-wal"));
    }
}
