using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Sessions.Storage.Sqlite;

/// <summary>One change of the form of a file.</summary>
/// <param name="To">The version that it leads to, from the one before.</param>
/// <param name="Begin">
/// Begins it: makes <c>carried_over (up_to, last)</c>, and gives the file its new version, so that an older program
/// refuses it from then on.
/// </param>
/// <param name="Some">Carries the next rows over, and moves <c>up_to</c> on to the last of them.</param>
/// <param name="Finish">What is left to do, each of it harmless when done twice.</param>
internal sealed record SqliteStep(int To, string Begin, string Some, IReadOnlyList<string> Finish);

/// <summary>
/// Carries a file of an earlier program over, one numbered step after the other. A step works in parts, each a
/// transaction of its own, so that one that was killed goes on where it was; a second process that starts meanwhile
/// helps with it.
/// </summary>
internal sealed class SqliteSteps(SqliteDatabase database, TimeProvider clock, ILogger logger)
{
    // By how much it must have come on to be shown again.
    private const int Shown = 10;

    private static readonly SqliteStep[] _steps = [SqliteStepTwo.Step, SqliteStepThree.Step];

    /// <summary>Whether there is anything to do, which may take a while, and another process may be doing.</summary>
    public bool AreDue => Version() is > 0 and < SqliteSchema.Version || IsUnderWay();

    /// <summary>Does what is left to do; nothing in a file that is as it should be.</summary>
    public void Run()
    {
        Part(() => !Has("upgrades"), SqliteSchema.Upgrades);
        foreach (var step in _steps)
        {
            Run(step);
        }
    }

    /// <summary>
    /// When the file came from its first version, whose documents were of another shape; the least moment when it was
    /// made in a later one.
    /// </summary>
    public static DateTimeOffset LastOf(SqliteDatabase database) =>
        new(Number(database, "SELECT coalesce(max(at), 0) FROM upgrades WHERE version = 2"), TimeSpan.Zero);

    private void Run(SqliteStep step)
    {
        Part(() => Version() == step.To - 1, step.Begin);
        if (Version() != step.To || !IsUnderWay())
        {
            return;
        }

        for (var shown = -Shown; Share() is var share; )
        {
            if (share >= shown + Shown)
            {
                logger.CarryingOver(step.To, share);
                shown = share;
            }

            if (!Part(() => IsUnderWay() && Share() < 100, step.Some))
            {
                break;
            }
        }

        foreach (var rest in step.Finish)
        {
            Part(IsUnderWay, rest);
        }

        Part(IsUnderWay, $"""
            DROP TABLE carried_over;
            INSERT INTO upgrades (version, at) VALUES ({step.To}, {clock.GetUtcNow().UtcTicks});
            """);
        logger.CarriedOver(step.To);
    }

    private long Version() => Number(database, "PRAGMA user_version");

    private bool IsUnderWay() => Has("carried_over");

    private bool Has(string table) =>
        Number(database, $"SELECT count(*) FROM sqlite_schema WHERE name = '{table}'") > 0;

    // Of a hundred; all when another process has come to the end.
    private int Share() => !IsUnderWay() ? 100 : (int)Number(
        database,
        "SELECT CASE WHEN up_to >= last THEN 100 ELSE min(99, 100 * up_to / last) END FROM carried_over");

    private static long Number(SqliteDatabase database, string question) =>
        long.Parse(database.Ask(question), CultureInfo.InvariantCulture);

    // Another process may have done it, or be doing it: what holds is looked at with the write lock taken.
    private bool Part(Func<bool> isNeeded, string work)
    {
        database.Run("BEGIN IMMEDIATE");
        try
        {
            var needed = isNeeded();
            if (needed)
            {
                database.Run(work);
            }

            database.Run("COMMIT");
            return needed;
        }
        catch
        {
            if (database.InTransaction)
            {
                database.Run("ROLLBACK");
            }

            throw;
        }
    }
}
