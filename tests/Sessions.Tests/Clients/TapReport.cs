using System.Text;

namespace Sessions.Tests.Clients;

/// <summary>What a node script reported in TAP (testanything.org).</summary>
/// <param name="ExitCode">What node ended with.</param>
/// <param name="Passed">How many of its tests passed.</param>
/// <param name="Failed">How many did not.</param>
/// <param name="Failures">All that was said of those, or of why nothing ran.</param>
public sealed record TapReport(int ExitCode, int Passed, int Failed, string Failures)
{
    /// <summary>Reads what node wrote.</summary>
    public static TapReport Read(int exitCode, string output, string errors)
    {
        var (passed, failed) = (0, 0);
        var failures = new StringBuilder(errors);
        var failing = false;
        foreach (var line in output.Split('\n'))
        {
            var ok = line.StartsWith("ok ", StringComparison.Ordinal);
            var notOk = line.StartsWith("not ok ", StringComparison.Ordinal);
            passed += ok ? 1 : 0;
            failed += notOk ? 1 : 0;
            failing = notOk || (failing && !ok && !line.StartsWith('#'));
            if (failing)
            {
                failures.AppendLine(line);
            }
        }

        return new(exitCode, passed, failed, failures.ToString());
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Passed} passed, {Failed} failed, node ended with {ExitCode}\n{Failures}";
}
