using MultiagentFT.Contracts.Generation;
using MultiagentFT.Server.Errors;
using MultiagentFT.Serving;

namespace MultiagentFT.Server.Models;

/// <summary>Bounds the memory of adapters that are loaded while the server runs: one that does not fit is refused.</summary>
/// <param name="model">Path of the base.</param>
/// <param name="most">Bytes; null: no bound.</param>
internal sealed class AdapterRoom(string model, long? most)
{
    private readonly Lock _lock = new();
    private long _taken;

    /// <summary>Takes room for a file's adapter.</summary>
    /// <returns>Bytes, for <see cref="Leave"/>.</returns>
    /// <exception cref="ApiException">There is none (409).</exception>
    /// <exception cref="Foundation.InputException">The file is no adapter.</exception>
    public long Enter(string file)
    {
        if (most is null) return 0;
        var bytes = AdapterDemand.OfFiles([file]).MostBytesOver(model);
        lock (_lock)
        {
            Require(bytes);
            _taken += bytes;
        }
        return bytes;
    }

    public void Leave(long bytes)
    {
        lock (_lock) _taken -= bytes;
    }

    /// <summary>Refuses what would not fit now.</summary>
    /// <param name="rank">Of an adapter on all linear layers.</param>
    /// <exception cref="ApiException">There is no room for it (409).</exception>
    public void RequireRank(int rank)
    {
        if (most is null) return;
        lock (_lock) Require(AdapterDemand.OfRank(1, rank).MostBytesOver(model));
    }

    private void Require(long bytes)
    {
        if (_taken + bytes <= most) return;
        throw new ApiException(
            409, "no_memory", "model",
            $"model: expected room for another adapter of {ByteSize.Text(bytes)}, found {ByteSize.Text(most!.Value - _taken)} of the {ByteSize.Text(most.Value)} for adapters that are loaded later: unload one, or give the server more");
    }
}
