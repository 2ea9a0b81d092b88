using MultiagentFT.Foundation;

namespace MultiagentFT.Training.Lora;

/// <summary>The bases that trainings of a process use now, and the one that was asked for last. Thread-safe.</summary>
public sealed class SharedBases : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = [];
    private Entry? _last;

    /// <summary>Bases that are loaded.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _entries.Count;
        }
    }

    /// <summary>A base for as long as the result is not disposed; loaded unless it is there, as the same file.</summary>
    /// <exception cref="InputException">It is no model, or none that can be trained.</exception>
    public Lease Open(string path)
    {
        lock (_gate)
        {
            var file = new FileInfo(Path.GetFullPath(path));
            var key = (file.FullName, file.Exists ? file.Length : 0, file.Exists ? file.LastWriteTimeUtc : default);
            var entry = _entries.Find(entry => entry.Key == key);
            if (entry is null)
            {
                // The last one goes first: two large models at a time may be too many.
                (var before, _last) = (_last, null);
                if (before is not null) RemoveUnused(before);
                _entries.Add(entry = new Entry(key, SharedBase.Open(path)));
            }
            else if (_last is { } before && before != entry)
            {
                _last = null;
                RemoveUnused(before);
            }
            _last = entry;
            entry.Users++;
            return new Lease(this, entry);
        }
    }

    /// <summary>No lease is in use any more.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var entry in _entries) entry.Base.Dispose();
            _entries.Clear();
        }
    }

    private void Return(Entry entry)
    {
        lock (_gate)
        {
            entry.Users--;
            RemoveUnused(entry);
        }
    }

    private void RemoveUnused(Entry entry)
    {
        if (entry.Users > 0 || entry == _last || !_entries.Remove(entry)) return;
        entry.Base.Dispose();
    }

    /// <summary>The right to use a base.</summary>
    public sealed class Lease : IDisposable
    {
        private readonly SharedBases _bases;
        private Entry? _entry;

        internal Lease(SharedBases bases, Entry entry) => (_bases, _entry, Base) = (bases, entry, entry.Base);

        public SharedBase Base { get; }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _entry, null) is { } entry) _bases.Return(entry);
        }
    }

    internal sealed class Entry((string Path, long Length, DateTime Written) key, SharedBase shared)
    {
        public (string Path, long Length, DateTime Written) Key => key;

        public SharedBase Base => shared;

        public int Users { get; set; }
    }
}
