namespace Sessions.StandIn.Charges;

/// <summary>
/// What a request costs in request units: a model, since Microsoft publishes some prices and some measurements and no
/// formula. Each constant says where it is from; those that are assumed say so. <c>bench/ --run azure</c> measures a
/// real account and prints what it corrects here.
/// </summary>
public static class ChargeModel
{
    // "Item size 1 KB: 1 RU; 100 KB: 10 RUs." Between and beyond them on the line through both.
    // https://learn.microsoft.com/azure/cosmos-db/optimize-cost-reads-writes#point-reads
    private const double ReadOfOneKilobyte = 1;
    private const double ReadOfEachFurther = 9 / 99.0;

    // "Inserting a 1 KB item without indexing costs around ~5.5 RUs." Same page. 100 KB were 50 RUs when it had a
    // table of writes: https://learn.microsoft.com/azure/cosmos-db/key-value-store-cost
    private const double InsertOfOneKilobyte = 5.5;
    private const double InsertOfEachFurther = 44.5 / 99;

    // "Replacing an item costs two times the charge required to insert the same item." Same page.
    private const double ReplaceInInserts = 2;

    // Assumed: that page says that each indexed property adds to a write, and not how much.
    private const double IndexTerm = 0.2;

    // Assumed, from what the service is seen to answer with 409 and 412.
    private const double RefusedWrite = 1.24;

    // Four measurements that Microsoft has published, met within a hundredth by these five numbers:
    //   2,000 items, 1,125,600 bytes, all returned: 604.42      …/azure/cosmos-db/nosql/query-metrics
    //   1 item, 9,963 bytes, returned: 3.19                     …/azure/cosmos-db/optimize-cost-reads-writes
    //   60,951 items, 399,998,938 bytes, none returned: 4,059.95, in 4,500 ms
    //   1 item of the same set, found by its index: 2.98        …/cosmos-db/nosql/troubleshoot-query-performance
    // The newest of that page, 100 items returned for 8.86, is an eighth of what they say: the dearer ones were kept.
    private const double Query = 2.3;
    private const double LoadedItem = 0.0025;
    private const double LoadedKilobyte = 0.01;
    private const double ReturnedItem = 0.264;
    private const double ReturnedKilobyte = 0.053;

    // Assumed: "the charge from index usage increases slightly with the cardinality" for what lies in a range, and
    // linearly for CONTAINS. https://learn.microsoft.com/azure/cosmos-db/index-overview#index-usage
    private const double IndexEntry = 0.0005;

    // Each page costs something, but no query costs more for being read in pages: same page, "when you sum across
    // these pages, you should get the same number of RUs".
    private const double LeastPage = 1;

    /// <summary>
    /// What a page may cost at most: it ends after 5 seconds, and the measured scan did 4,059.95 units in 4.5.
    /// https://learn.microsoft.com/azure/cosmos-db/concepts-limits#per-request-limits
    /// </summary>
    public const double LargestPage = 4_059.95 / 4.50034 * 5;

    /// <summary>A point read of what is not there.</summary>
    public const double ReadOfNothing = 1;

    /// <summary>A point read.</summary>
    public static double Read(double kilobytes) => Sized(kilobytes, ReadOfOneKilobyte, ReadOfEachFurther);

    /// <summary>A new item.</summary>
    /// <param name="kilobytes">Its size.</param>
    /// <param name="indexTerms">How many entries it has in indexes.</param>
    public static double Insert(double kilobytes, int indexTerms) =>
        Sized(kilobytes, InsertOfOneKilobyte, InsertOfEachFurther) + (indexTerms * IndexTerm);

    /// <summary>An item that takes the place of another.</summary>
    public static double Replace(double kilobytes, int indexTerms) => ReplaceInInserts * Insert(kilobytes, indexTerms);

    /// <summary>
    /// The end of an item, by hand or by its time to live, which serverless accounts pay "at the same rate".
    /// https://learn.microsoft.com/azure/cosmos-db/time-to-live. Assumed: the half of a replace that is no insert.
    /// </summary>
    public static double Delete(double kilobytes, int indexTerms) => Insert(kilobytes, indexTerms);

    /// <summary>A write that found its id or key taken, or another version.</summary>
    public static double Refused => RefusedWrite;

    /// <summary>The beginning of a query; its further pages have paid for it.</summary>
    public static double Start(int indexEntries) => Query + Entries(indexEntries);

    /// <summary>Entries of an index that are looked at one by one.</summary>
    public static double Entries(int count) => count * IndexEntry;

    /// <summary>An item that a query has to look at.</summary>
    public static double Load(double kilobytes) => LoadedItem + (kilobytes * LoadedKilobyte);

    /// <summary>A row that a query gives.</summary>
    public static double Return(double kilobytes) => ReturnedItem + (kilobytes * ReturnedKilobyte);

    /// <summary>A page of a query, for what was done for it.</summary>
    public static double Page(double done) => Math.Max(LeastPage, done);

    /// <summary>
    /// A page of the change feed. Assumed, since Microsoft gives no figure: an item costs what it costs a query to give
    /// it, without what a query costs to begin with, and a page with nothing new what a page costs at least.
    /// </summary>
    /// <param name="kilobytes">The sizes of its items.</param>
    public static double FeedPage(IEnumerable<double> kilobytes) =>
        Page(kilobytes.Sum(size => Load(size) + Return(size)));

    /// <summary>
    /// "When using either the strong or bounded staleness consistency levels, the RU cost of any read operation is
    /// doubled." https://learn.microsoft.com/azure/cosmos-db/optimize-cost-reads-writes#role-of-the-consistency-level
    /// </summary>
    public static double At(Consistency level, double read) =>
        level is Consistency.Strong or Consistency.BoundedStaleness ? 2 * read : read;

    private static double Sized(double kilobytes, double first, double further) =>
        first + (Math.Max(0, kilobytes - 1) * further);
}
