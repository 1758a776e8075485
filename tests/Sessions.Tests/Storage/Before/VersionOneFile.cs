using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using Sessions.Tests.Support;

namespace Sessions.Tests.Storage.Before;

/// <summary>The committed file that the program of version 1 wrote, for tests that carry a copy of it over.</summary>
internal static class VersionOneFile
{
    /// <summary>Where one of the committed files lies.</summary>
    public static string Path(string file) =>
        System.IO.Path.Combine(Repository.Root, "tests/Sessions.Tests/Storage/Before", file);

    /// <summary>A copy of it, with so many claims more.</summary>
    public static void CopyTo(string path, int more)
    {
        File.WriteAllBytes(path, File.ReadAllBytes(Path("version-1.db")));
        Run(path, $$"""
            WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {{more}})
            INSERT INTO documents (partition, id, kind, key, status, open, created_at, updated_at, etag, body)
                SELECT 'acme:more', 'n' || n, 'twilio-proxy/claim', 'key' || n, 'hash' || (n % 7), 1,
                    1000 + n, 2000 + n, 'version' || n, CAST('{"number":' || n || '}' AS BLOB)
                FROM numbers
            """);
    }

    /// <summary>Runs statements on a file.</summary>
    [SuppressMessage("Security", "CA2100", Justification = "The statements are those of the tests.")]
    public static void Run(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>The rows of a query, their columns by name.</summary>
    [SuppressMessage("Security", "CA2100", Justification = "The statements are those of the tests.")]
    public static List<Dictionary<string, object?>> Rows(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        List<Dictionary<string, object?>> rows = [];
        while (reader.Read())
        {
            rows.Add(Enumerable.Range(0, reader.FieldCount).ToDictionary(
                reader.GetName, column => reader.IsDBNull(column) ? null : reader.GetValue(column)));
        }

        return rows;
    }
}
