using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using Sessions.StandIn.Items;

namespace Sessions.StandIn.Queries;

/// <summary>
/// Microsoft's own planner, which the client package brings for Linux: what a query means to the service, or why it is
/// none. It knows nothing of indexes and prices.
/// </summary>
internal static unsafe partial class NativePlanner
{
    private const string Library = "libQueryPlanInterop";
    private const int MaxPlanBytes = 1024 * 1024;

    private static readonly Lazy<nint> _planner = new(Start);

    /// <summary>Whether it is there, on this machine.</summary>
    public static bool IsThere { get; } =
        NativeLibrary.TryLoad(Library, typeof(NativePlanner).Assembly, null, out _);

    /// <summary>Plans a query.</summary>
    /// <param name="specification">The text and its parameters, as a client sends them.</param>
    /// <param name="partitionKeyPath">The container's, such as <c>/partition</c>.</param>
    /// <param name="hasPartition">Whether the client has said which partition it means.</param>
    /// <exception cref="ServiceException">The planner refuses it; the message is its own.</exception>
    public static JsonObject Plan(string specification, string partitionKeyPath, bool hasPartition)
    {
        var options = new Options
        {
            RequireFormattableOrderByQuery = 1,
            IsContinuationExpected = 1,
            AllowNonValueAggregateQuery = 1,
            HasLogicalPartitionKey = hasPartition ? 1 : 0,
            AllowDistinctCount = 1,
        };
        var answer = new byte[MaxPlanBytes];
        var (query, path) = (Wide(specification), Wide(partitionKeyPath[1..]));
        uint length, tokens = 1;
        int result;
        fixed (byte* queryAt = query, pathAt = path, answerAt = answer)
        {
            var paths = (nint)pathAt;
            result = GetPartitionKeyRangesFromQuery4(
                _planner.Value, queryAt, options, &paths, &tokens, 1, null, 0, answerAt, MaxPlanBytes, &length);
        }

        var text = Encoding.UTF8.GetString(answer, 0, (int)Math.Min(length, MaxPlanBytes));
        return result is 0 ? JsonNode.Parse(text)!.AsObject() : throw ServiceException.Query(text);
    }

    // Its characters are wchar_t: four bytes on Linux.
    private static byte[] Wide(string text) => Encoding.UTF32.GetBytes(text + "\0");

    private static nint Start()
    {
        var result = CreateServiceProvider(Account.QueryEngine, out var planner);
        return result is 0 ? planner : throw new InvalidOperationException($"The native planner fails: {result:x}");
    }

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int CreateServiceProvider(string configuration, out nint planner);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetPartitionKeyRangesFromQuery4(
        nint planner, byte* query, Options options, nint* paths, uint* pathTokens, uint pathCount, byte* vectors,
        uint vectorsLength, byte* answer, uint answerLength, uint* resultLength);

    // 64 bytes, of which the last are reserved.
    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private struct Options
    {
        public int RequireFormattableOrderByQuery;
        public int IsContinuationExpected;
        public int AllowNonValueAggregateQuery;
        public int HasLogicalPartitionKey;
        public int AllowDistinctCount;
        public int UseSystemPrefix;
        public int PartitionKind;
        public int GeospatialType;
        public int SkipOrderByRewrite;
    }
}
