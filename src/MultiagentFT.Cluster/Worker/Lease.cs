using MultiagentFT.Cluster.Messages;
using MultiagentFT.Contracts.Training;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace MultiagentFT.Cluster.Worker;

/// <summary>A piece of work that this worker holds: as long as it says so now and then, the server gives it to nobody else.</summary>
internal sealed class Lease : IAsyncDisposable, IProgress<TrainingProgress>
{
    private readonly CancellationTokenSource _end = new();
    private readonly Task _keeping;
    private readonly long _started;
    private readonly TimeProvider _time;
    private TrainingProgress? _progress;

    public Lease(INatsJSMsg<byte[]> message, RunEntry run, WorkKind kind, string id, TimeProvider time)
    {
        (Message, Run, Kind, Id, _time, _started) = (message, run, kind, id, time, time.GetTimestamp());
        _keeping = KeepAsync(TimeSpan.FromSeconds(run.LeaseSeconds / 3), _end.Token);
    }

    public INatsJSMsg<byte[]> Message { get; }

    public RunEntry Run { get; }

    public WorkKind Kind { get; }

    public string Id { get; }

    /// <summary>How often it has been given out, this time included.</summary>
    public int Delivery => (int)Math.Min(int.MaxValue, Message.Metadata?.NumDelivered ?? 1);

    public double Seconds => _time.GetElapsedTime(_started).TotalSeconds;

    public LeaseEntry Entry() => new(Run.Id, Kind, Id, Delivery, Math.Round(Seconds, 1), Volatile.Read(ref _progress));

    /// <summary>Kept for the next sign of life.</summary>
    public void Report(TrainingProgress value)
    {
        // JSON has no other numbers.
        if (double.IsFinite(value.Loss) && double.IsFinite(value.LearningRate)) Volatile.Write(ref _progress, value);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _keeping.ConfigureAwait(false);
        _end.Dispose();
    }

    private async Task KeepAsync(TimeSpan period, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(period, _time, cancellation).ConfigureAwait(false);
                await Message.AckProgressAsync(cancellationToken: cancellation).ConfigureAwait(false);
            }
            catch (Exception error) when (error is NatsException or OperationCanceledException or IOException)
            {
                // The connection comes back, or the lease is lost; then another worker comes to the same result.
            }
        }
    }
}
