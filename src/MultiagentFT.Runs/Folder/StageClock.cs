namespace MultiagentFT.Runs.Folder;

/// <summary>Adds up the seconds of a stage over all the processes that worked on it.</summary>
internal sealed class StageClock
{
    /// <summary>What a killed process may lose.</summary>
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(2);

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly double _before;
    private readonly long _started;
    private readonly Lock _gate = new();
    private long _saved;

    /// <summary>Starts the clock; from here on the stage has a file, whatever becomes of this process.</summary>
    public StageClock(string path, TimeProvider time)
    {
        _path = path;
        _time = time;
        _before = Read(path);
        _started = time.GetTimestamp();
        Save();
    }

    public double Seconds => _before + _time.GetElapsedTime(_started).TotalSeconds;

    /// <summary>Seconds of a stage as last saved; 0 when it never ran.</summary>
    public static double Read(string path) => File.Exists(path) ? JsonFile.Read<StageTime>(path).Seconds : 0;

    /// <summary>Called often; saves now and then.</summary>
    public void Tick()
    {
        if (_time.GetElapsedTime(Interlocked.Read(ref _saved)) >= Between) Save();
    }

    public void Save()
    {
        lock (_gate)
        {
            Interlocked.Exchange(ref _saved, _time.GetTimestamp());
            JsonFile.Write(_path, new StageTime(Math.Round(Seconds, 3)));
        }
    }

    /// <param name="Seconds">Wall-clock time.</param>
    private sealed record StageTime(double Seconds);
}
