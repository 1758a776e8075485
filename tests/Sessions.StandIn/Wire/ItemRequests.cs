using System.Globalization;
using Sessions.StandIn.Charges;
using Sessions.StandIn.Items;
using Sessions.StandIn.Queries;

namespace Sessions.StandIn.Wire;

/// <summary>
/// What is asked of the items of a container. Nobody waits for a reader, who sees what was whole when he came; a writer
/// waits for those of the same logical partition.
/// </summary>
internal sealed class ItemRequests(Container container, Consistency account)
{
    private const int MaxBatchOperations = 100;
    private const int MaxRequestBytes = 2 * 1024 * 1024;
    private const int DefaultRows = 100;

    /// <summary>Does what is asked, unless the throughput is used up, and charges it.</summary>
    public Answer Run(WireRequest request)
    {
        var operation = OperationOf(request);
        if (operation is "plan")
        {
            return Answer.Of(QueryPlans.Of(QueryText.Of(request.Json())));
        }

        var range = RangeOf(request);
        QueryFacts? facts = null;
        Answer answer;
        try
        {
            var left = Math.Min(
                range.Throughput.Admit(), PartitionOf(request)?.Throughput.Admit() ?? double.PositiveInfinity);
            answer = operation switch
            {
                "query" => Query(request, range, left, out facts),
                "batch" => Batch(request),
                "read" => Read(request, range),
                "feed" => Feed(request, range),
                _ => Single(operation, request),
            };
        }
        catch (ServiceException failure)
        {
            answer = Answer.Of(failure) with { Units = UnitsOf(failure, request) };
        }

        range.Throughput.Take(answer.Units);
        PartitionOf(request)?.Throughput.Take(answer.Units);
        container.Log.Add(new(operation, answer.Status, answer.Units, facts));
        return answer
            .With("x-ms-session-token", SessionToken(operation, request, range))
            // Those tell the client whose token it is.
            .With("x-ms-alt-content-path", string.Join('/', request.Path.Take(4)))
            .With("x-ms-content-path", container.Rid);
    }

    // A replica that lags tells how far it is itself, so that no reader comes to be owed what it has not seen.
    private string SessionToken(string operation, WireRequest request, PhysicalPartition range)
    {
        var number = operation is "read" or "query" or "feed"
            ? Math.Min(range.Number, request.Horizon(request.Level(account), container, range).Number)
            : range.Number;
        return string.Create(CultureInfo.InvariantCulture, $"{range.Id}:-1#{number}");
    }

    private static string OperationOf(WireRequest request) => (request.Method, request.Path.Length) switch
    {
        ("POST", 5) when request.Says("x-ms-cosmos-is-query-plan-request") => "plan",
        ("POST", 5) when request.Says("x-ms-documentdb-isquery") => "query",
        ("POST", 5) when request.Says("x-ms-cosmos-is-batch-request") => "batch",
        ("POST", 5) when request.Says("x-ms-documentdb-is-upsert") => "upsert",
        ("POST", 5) => "create",
        ("GET", 5) when request.Header("a-im") is not null => "feed",
        ("GET", 6) => "read",
        ("PUT", 6) => "replace",
        ("DELETE", 6) => "delete",
        _ => throw new ServiceException(400, $"The stand-in has no {request.Method} of items like this."),
    };

    private LogicalPartition? PartitionOf(WireRequest request) =>
        request.PartitionKey is { } key ? container.Partition(key) : null;

    private PhysicalPartition RangeOf(WireRequest request)
    {
        if (request.PartitionKey is { } key)
        {
            return container.RangeOf(key);
        }

        var id = (request.Header("x-ms-documentdb-partitionkeyrangeid") ?? "").Split(',')[^1];
        return container.Ranges.FirstOrDefault(range => range.Id == id)
            ?? throw new ServiceException(400, "The request names no partition.");
    }

    private double UnitsOf(ServiceException failure, WireRequest request) => failure.Status switch
    {
        404 when request.Method is "GET" => ChargeModel.At(request.Level(account), ChargeModel.ReadOfNothing),
        404 or 409 or 412 => ChargeModel.Refused,
        _ => 0,
    };

    private static string IdOf(WireRequest request) => request.Path is [.., "docs", var last] ? last : "";

    private Answer Read(WireRequest request, PhysicalPartition range)
    {
        var level = request.Level(account);
        var item = container.Partition(request.PartitionKey!)
            .Read(IdOf(request), request.Horizon(level, container, range));
        return Answer.Of(item) with { Units = ChargeModel.At(level, ChargeModel.Read(item.Kilobytes)) };
    }

    // https://learn.microsoft.com/rest/api/cosmos-db/list-documents: "Incremental feed", If-None-Match, 304.
    private Answer Feed(WireRequest request, PhysicalPartition range)
    {
        if (!string.Equals(request.Header("a-im"), "Incremental feed", StringComparison.OrdinalIgnoreCase)
            || request.PartitionKey is not null || request.Header("if-modified-since") is not null)
        {
            throw new ServiceException(400, "The stand-in has the feed of a whole range in its latest versions alone.");
        }

        var level = request.Level(account);
        var rows = request.Number("x-ms-max-item-count") ?? DefaultRows;
        var page = range.Feed.Read(
            request.Header("if-none-match"),
            rows < 1 ? int.MaxValue : rows,
            request.Horizon(level, container, range).Settled);
        var answer = page.Items is [] ? new Answer(304) : QueryAnswers.OfFeed(page, container.Rid);
        return answer.With("etag", page.Next).With("x-ms-item-count", $"{page.Items.Count}") with
        {
            Units = ChargeModel.At(level, ChargeModel.FeedPage(page.Items.Select(item => item.Kilobytes))),
        };
    }

    private Answer Single(string operation, WireRequest request)
    {
        var body = request.Body.Length > 0 ? ItemBody.Of(request.Json()) : null;
        var written = container.Partition(request.PartitionKey!)
            .Change(writes => Write(operation, writes, IdOf(request), body, request.IfMatch));
        var answer = written.After is { } after
            ? Answer.OfWrite(
                after, written.Before is null ? 201 : 200, isWanted: request.Header("prefer") is not "return=minimal")
            : new Answer(204);
        return answer with { Units = UnitsOf(written) };
    }

    private static Written Write(
        string operation, LogicalPartition.Writes writes, string id, ItemBody? body, string? ifMatch) =>
        (operation, body) switch
        {
            ("create", { } created) => writes.Create(created),
            ("upsert", { } put) => writes.Upsert(put, ifMatch),
            ("replace", { } replaced) => writes.Replace(id, replaced, ifMatch),
            ("delete", _) => writes.Delete(id, ifMatch),
            _ => throw new ServiceException(400, $"There is no operation {operation} like this here."),
        };

    private double UnitsOf(Written written)
    {
        var item = written.After ?? written.Before!;
        var terms = container.Indexing.TermsOf(item);
        return written switch
        {
            { After: null } => ChargeModel.Delete(item.Kilobytes, terms),
            { Before: null } => ChargeModel.Insert(item.Kilobytes, terms),
            _ => ChargeModel.Replace(item.Kilobytes, terms),
        };
    }

    // All or nothing, in one logical partition: https://learn.microsoft.com/azure/cosmos-db/transactional-batch
    private Answer Batch(WireRequest request)
    {
        var operations = HybridRow.Operations(request.Body).ToList();
        if (operations.Count > MaxBatchOperations || request.Body.Length > MaxRequestBytes)
        {
            throw operations.Count > MaxBatchOperations
                ? new ServiceException(400, $"A batch has at most {MaxBatchOperations} operations.")
                : new ServiceException(413, "Request size is too large");
        }

        var results = new List<BatchResult>();
        var units = 0.0;
        try
        {
            container.Partition(request.PartitionKey!).Change(writes =>
            {
                foreach (var (kind, id, body, ifMatch) in operations)
                {
                    var written = Write(kind, writes, id ?? "", body, ifMatch);
                    units += UnitsOf(written);
                    results.Add(new(written.After is null ? 204 : written.Before is null ? 201 : 200, written.After));
                }

                return true;
            });
            return new Answer(200, HybridRow.Results(results)) with { Units = units };
        }
        catch (ServiceException failure)
        {
            var failed = results.Count;
            return new Answer(207, HybridRow.Results(operations.Select((_, index) =>
                index == failed ? new BatchResult(failure.Status, null, failure.SubStatus) : new BatchResult(424))))
                with { Units = units + ChargeModel.Refused };
        }
    }

    private Answer Query(WireRequest request, PhysicalPartition range, double left, out QueryFacts facts)
    {
        var text = QueryText.Of(request.Json());
        var level = request.Level(account);
        var horizon = request.Horizon(level, container, range);
        var rows = request.Number("x-ms-max-item-count") ?? DefaultRows;
        var limits = new PageLimits(
            rows < 1 ? int.MaxValue : rows,
            Math.Min(ChargeModel.LargestPage, left) / ChargeModel.At(level, 1));
        var plan = IndexPlan.Of(text.Where, text.Query.OrderBy, container.Indexing);
        var from = Continuation.Parse(request.Header("x-ms-continuation"));
        ISearchable where = PartitionOf(request) is { } partition ? partition : range;
        var search = Search.In(where, text, plan, container.Indexing, limits.Rows, horizon, from);
        var page = new QueryRun(text, plan, search, limits).Run(from);
        facts = page.Facts;
        return QueryAnswers.Of(page, container.Rid, request.Says("x-ms-cosmos-populateindexmetrics-V2"))
            with { Units = ChargeModel.At(level, page.Units) };
    }
}
