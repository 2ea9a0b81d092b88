using MultiagentFT.Cluster.Messages;
using MultiagentFT.Cluster.Worker;
using MultiagentFT.Runs.Tests.Fakes;

namespace MultiagentFT.Cluster.Tests.Worker;

public sealed class AdapterCacheTests : IDisposable
{
    private readonly TemporaryFolder _files = new();
    private readonly List<string> _fetched = [];
    private readonly SteppedTime _time = new();

    [Fact]
    public async Task What_was_used_last_stays_and_is_fetched_once()
    {
        var cache = Cache(mostBytes: 25);
        await cache.GetAsync([Content('a')], CancellationToken.None);
        await cache.GetAsync([Content('b')], CancellationToken.None);
        await cache.GetAsync([Content('a')], CancellationToken.None);
        // 30 bytes do not fit: b has not been used for the longest time.
        await cache.GetAsync([Content('c')], CancellationToken.None);
        await cache.GetAsync([Content('a')], CancellationToken.None);
        await cache.GetAsync([Content('b')], CancellationToken.None);

        Assert.Equal("abcb", string.Concat(_fetched.Select(name => name[0])));
    }

    [Fact]
    public async Task What_is_asked_for_together_stays_together_beyond_the_bound()
    {
        var paths = await Cache(mostBytes: 5).GetAsync([Content('a'), Content('b'), Content('a')], CancellationToken.None);

        Assert.Equal(3, paths.Count);
        Assert.Equal(paths[0], paths[2]);
        Assert.All(paths, path => Assert.True(File.Exists(path)));
    }

    [Fact]
    public async Task A_file_that_was_cut_off_is_fetched_again()
    {
        var cache = Cache(mostBytes: 100);
        var path = (await cache.GetAsync([Content('a')], CancellationToken.None))[0];
        await File.WriteAllTextAsync(path, "aaa");

        await cache.GetAsync([Content('a')], CancellationToken.None);

        Assert.Equal("aaaaaaaaaa", await File.ReadAllTextAsync(path));
    }

    public void Dispose() => _files.Dispose();

    private static StoredContent Content(char name) => new(new string(name, 64), 10);

    private AdapterCache Cache(long mostBytes) => new(
        _files.At("cache"),
        mostBytes,
        (content, path, _) =>
        {
            _fetched.Add(content.Sha256);
            return File.WriteAllTextAsync(path, content.Sha256[..10]);
        },
        _time);

    /// <summary>A minute passes whenever somebody looks.</summary>
    private sealed class SteppedTime : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => _now += TimeSpan.FromMinutes(1);
    }
}
