//! The ground: the empty world, folded onto the few tiles that stand for all of it.
//!
//! A tile of the ground belongs to a class of rows and a class of columns (see [`Axis`]). Where both axes have a middle,
//! what lies beside one wall only is a *strip*, and repeats along it; in the corners, where two walls are felt, tiles are kept
//! only as far as they differ from the strip of the nearer wall. Without a middle every pair of classes has its tile.
//!
//! A law that is felt farther than the ground keeps tiles for is watched, not guessed: see [`Ground::grown`].

use atheria_shared::Boundary;

use super::axis::Axis;

/// Beyond a wall.
pub(crate) const WALL: u32 = u32::MAX;

/// The tiles of an empty world, and which of them stands for each tile of the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ground {
    axes: [Axis; 2],
    /// The classes of each tile.
    tiles: Vec<[usize; 2]>,
    /// For each pair of classes, row classes first, the tile that stands for it.
    of_classes: Vec<u32>,
    /// For each tile how many of the world's it stands for.
    stands_for: Vec<i64>,
    /// For each tile its neighbours, in rows of three; [`WALL`] beyond one.
    neighbours: Vec<[u32; 9]>,
    seams: Vec<Seam>,
}

impl Ground {
    /// The ground of a world of so many cells under a law that is felt so far in a step.
    pub(crate) fn of_world(boundary: Boundary, size: [u32; 2], side: usize, reach_cells: u32) -> Self {
        let depth = Self::depth_tiles(reach_cells, side);
        Self::new(size.map(|cells| Axis::of(boundary, cells, side, depth)), depth)
    }

    /// Tiles of their own that a ground has at each wall at first: farther than a wall is felt in one step.
    pub(crate) fn depth_tiles(reach_cells: u32, side: usize) -> usize {
        match reach_cells as usize {
            0 => 0,
            reach => reach.div_ceil(side) + 1,
        }
    }

    /// The ground of two axes, with square corners of `corner` tiles a side.
    pub(crate) fn new(axes: [Axis; 2], corner: usize) -> Self {
        let tiles = Self::pairs(&axes)
            .filter(|&pair| !is_corner(&axes, pair) || nearest(&axes, pair).1 < corner)
            .collect();
        Self::of(axes, tiles)
    }

    /// The ground of two axes with exactly these tiles; none where one is missing or too much.
    pub(crate) fn with(axes: [Axis; 2], tiles: Vec<[usize; 2]>) -> Option<Self> {
        let mut known = std::collections::HashSet::new();
        let right = tiles
            .iter()
            .all(|pair| pair[0] < axes[0].classes() && pair[1] < axes[1].classes() && known.insert(*pair));
        let whole = Self::pairs(&axes).all(|pair| is_corner(&axes, pair) || known.contains(&pair));
        (right && whole).then(|| Self::of(axes, tiles))
    }

    fn pairs(axes: &[Axis; 2]) -> impl Iterator<Item = [usize; 2]> + use<> {
        let (rows, columns) = (axes[0].classes(), axes[1].classes());
        (0..rows).flat_map(move |y| (0..columns).map(move |x| [y, x]))
    }

    fn of(axes: [Axis; 2], tiles: Vec<[usize; 2]>) -> Self {
        let columns = axes[1].classes();
        let mut of_classes = vec![WALL; axes[0].classes() * columns];
        for (tile, [y, x]) in (0_u32..).zip(&tiles) {
            of_classes[y * columns + x] = tile;
        }
        for pair @ [y, x] in Self::pairs(&axes) {
            if of_classes[y * columns + x] == WALL {
                let [y_strip, x_strip] = nearest(&axes, pair).0;
                of_classes[y * columns + x] = of_classes[y_strip * columns + x_strip];
            }
        }
        let mut ground = Self {
            stands_for: vec![0; tiles.len()],
            neighbours: Vec::with_capacity(tiles.len()),
            seams: Vec::new(),
            axes,
            tiles,
            of_classes,
        };
        for [y, x] in Self::pairs(&ground.axes) {
            let tile = ground.of_classes([y, x]) as usize;
            ground.stands_for[tile] += ground.axes[0].stands_for(y) * ground.axes[1].stands_for(x);
        }
        for &[y, x] in &ground.tiles {
            let mut around = [WALL; 9];
            for (part, neighbour) in around.iter_mut().enumerate() {
                let (down, right) = (part as i64 / 3 - 1, part as i64 % 3 - 1);
                let classes = ground.axes[0]
                    .class_neighbour(y, down)
                    .zip(ground.axes[1].class_neighbour(x, right));
                if let Some((y, x)) = classes {
                    *neighbour = ground.of_classes([y, x]);
                }
            }
            ground.neighbours.push(around);
        }
        ground.seams = ground.find_seams();
        ground
    }

    /// Rows, columns.
    pub(crate) fn axes(&self) -> &[Axis; 2] {
        &self.axes
    }

    /// How many tiles it has.
    pub(crate) fn len(&self) -> usize {
        self.tiles.len()
    }

    /// Whether it is as large as the world that it stands for.
    #[cfg(test)]
    pub(crate) fn is_whole(&self) -> bool {
        self.stands_for.iter().all(|&count| count == 1) && self.axes.iter().all(|axis| axis.cells().is_some())
    }

    /// The classes of each tile, rows first.
    pub(crate) fn classes(&self) -> &[[usize; 2]] {
        &self.tiles
    }

    /// The tile that stands for a pair of classes.
    pub(crate) fn of_classes(&self, [y, x]: [usize; 2]) -> u32 {
        self.of_classes[y * self.axes[1].classes() + x]
    }

    /// The tile that stands for a tile of the world.
    pub(crate) fn under(&self, [y, x]: [i64; 2]) -> u32 {
        self.of_classes([self.axes[0].class_of(y), self.axes[1].class_of(x)])
    }

    /// For each tile how many tiles of the world it stands for; for the plane's one tile 1.
    pub(crate) fn stands_for(&self) -> &[i64] {
        &self.stands_for
    }

    /// A tile's neighbours, in rows of three, itself in the middle.
    pub(crate) fn neighbours(&self, tile: u32) -> &[u32; 9] {
        &self.neighbours[tile as usize]
    }

    /// Height and width of a tile, in cells of the world.
    pub(crate) fn size(&self, tile: u32) -> [usize; 2] {
        let [y, x] = self.tiles[tile as usize];
        [self.axes[0].size_of_class(y), self.axes[1].size_of_class(x)]
    }

    /// The pairs of tiles that must look alike for the fold to be right: the last of each strip with the middle, and
    /// the outermost tiles of the corners with their strips.
    pub(crate) fn seams(&self) -> &[Seam] {
        &self.seams
    }

    fn find_seams(&self) -> Vec<Seam> {
        let mut seams = Vec::new();
        for (axis, other) in [(0, 1), (1, 0)] {
            let (folding, along) = (&self.axes[axis], &self.axes[other]);
            let Some(middle) = folding.middle().filter(|_| !folding.wraps()) else {
                continue;
            };
            // Where the other axis folds too, a strip is the same all along it.
            let along = along
                .middle()
                .map_or(0..along.classes(), |middle| middle..middle + 1);
            for along in along {
                for class in [middle.checked_sub(1), Some(middle + 1)].into_iter().flatten() {
                    if class >= folding.classes() {
                        continue;
                    }
                    let pair = |class: usize| if axis == 0 { [class, along] } else { [along, class] };
                    seams.push(Seam {
                        tiles: [self.of_classes(pair(class)), self.of_classes(pair(middle))],
                        grows: Growth::Axis(axis),
                    });
                }
            }
        }
        for (tile, &pair) in (0_u32..).zip(&self.tiles) {
            if !is_corner(&self.axes, pair) {
                continue;
            }
            let missing = around(&self.axes, pair)
                .any(|pair| !is_corner(&self.axes, pair) || !self.tiles.contains(&pair));
            if missing {
                let strip = nearest(&self.axes, pair).0;
                seams.push(Seam {
                    tiles: [tile, self.of_classes(strip)],
                    grows: Growth::Corner(pair),
                });
            }
        }
        seams
    }

    /// The ground with more tiles where its seams were found to differ, and for each of its tiles the old tile that it
    /// begins as.
    pub(crate) fn grown(&self, growth: &[Growth]) -> (Self, Vec<u32>) {
        let axes = [0, 1].map(|axis| {
            let old = &self.axes[axis];
            // A corner that is felt as far as the strips are deep needs deeper ones.
            let deeper = growth.iter().any(|growth| match growth {
                Growth::Axis(grown) => *grown == axis,
                Growth::Corner(pair) => {
                    around(&self.axes, *pair).any(|pair| Some(pair[axis]) == old.middle())
                }
            });
            if deeper { old.deeper() } else { old.clone() }
        });
        let before = |axis: usize, class: usize| old_class(&self.axes[axis], &axes[axis], class);
        let after = |axis: usize, class: usize| new_class(&self.axes[axis], &axes[axis], class);
        let wanted: Vec<[usize; 2]> = growth
            .iter()
            .filter_map(|growth| match growth {
                Growth::Corner([y, x]) => Some([after(0, *y), after(1, *x)]),
                Growth::Axis(_) => None,
            })
            .flat_map(|pair| around(&axes, pair))
            .collect();
        let tiles: Vec<[usize; 2]> = Self::pairs(&axes)
            .filter(|&pair @ [y, x]| {
                let old = [before(0, y), before(1, x)];
                let was = is_corner(&self.axes, old) && self.tiles.contains(&old);
                !is_corner(&axes, pair) || was || wanted.contains(&pair)
            })
            .collect();
        let from = tiles
            .iter()
            .map(|&[y, x]| self.of_classes([before(0, y), before(1, x)]))
            .collect();
        (Self::of(axes, tiles), from)
    }
}

/// The class that a class of a deeper axis was.
fn old_class(old: &Axis, new: &Axis, class: usize) -> usize {
    match (old.middle(), new.middle()) {
        (None, _) => class,
        (Some(_), None) => old.class_of(class as i64),
        (Some(old_middle), Some(middle)) if class <= middle => class.min(old_middle),
        (Some(old_middle), Some(_)) => (class + old.classes())
            .saturating_sub(new.classes())
            .max(old_middle),
    }
}

/// The class that a class beside a wall is on a deeper axis.
fn new_class(old: &Axis, new: &Axis, class: usize) -> usize {
    match old.middle() {
        Some(middle) if class > middle => class + new.classes() - old.classes(),
        _ => class,
    }
}

/// The classes beside a pair, itself among them.
fn around(axes: &[Axis; 2], [y, x]: [usize; 2]) -> impl Iterator<Item = [usize; 2]> + '_ {
    (-1..=1).flat_map(move |down| {
        (-1..=1).filter_map(move |right| {
            Some([
                axes[0].class_neighbour(y, down)?,
                axes[1].class_neighbour(x, right)?,
            ])
        })
    })
}

/// Two tiles of the ground that stand for the same as long as they look alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seam {
    /// The tiles.
    pub(crate) tiles: [u32; 2],
    /// What is to be done when they do not.
    pub(crate) grows: Growth,
}

/// More tiles of the ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Growth {
    /// One at each wall of an axis.
    Axis(usize),
    /// Those around a corner's tile, by its classes.
    Corner([usize; 2]),
}

/// Whether two walls are near.
fn is_corner(axes: &[Axis; 2], [y, x]: [usize; 2]) -> bool {
    let folded = |axis: &Axis, class| axis.middle().is_some_and(|middle| class != middle) && !axis.wraps();
    folded(&axes[0], y) && folded(&axes[1], x)
}

/// The strip of the nearer wall, and the distance from the farther one, in tiles.
fn nearest(axes: &[Axis; 2], [y, x]: [usize; 2]) -> ([usize; 2], usize) {
    let (down, right) = (axes[0].distance(y), axes[1].distance(x));
    let strip = if down <= right {
        [y, axes[1].middle().unwrap_or(x)]
    } else {
        [axes[0].middle().unwrap_or(y), x]
    };
    (strip, down.max(right))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walled(height: u32, width: u32, depth: usize, corner: usize) -> Ground {
        Ground::new(
            [Axis::walled(height, 16, depth), Axis::walled(width, 16, depth)],
            corner,
        )
    }

    fn stands_for_all(ground: &Ground, height: i64, width: i64) {
        let mut counted = vec![0; ground.len()];
        for y in 0..height {
            for x in 0..width {
                let tile = ground.under([y, x]);
                counted[tile as usize] += 1;
                let [rows, columns] = ground.size(tile);
                assert_eq!(
                    [rows, columns],
                    [ground.axes()[0].size_of(y), ground.axes()[1].size_of(x)]
                );
            }
        }
        assert_eq!(counted, ground.stands_for());
    }

    #[test]
    fn every_tile_of_the_world_has_one_that_stands_for_it() {
        for (height, width) in [(256, 400), (250, 404), (48, 256), (40, 24), (16, 16)] {
            for corner in 1..=3 {
                let ground = walled(height, width, 2, corner);
                stands_for_all(
                    &ground,
                    i64::from(height.div_ceil(16)),
                    i64::from(width.div_ceil(16)),
                );
            }
        }
    }

    #[test]
    fn strips_corners_and_a_middle() {
        let ground = walled(2048, 2048, 3, 2);
        assert_eq!(ground.len(), 1 + 4 * 3 + 4 * 4);
        // The middle is its own neighbour; a strip is its own neighbour along the wall.
        let middle = ground.under([60, 60]);
        assert_eq!(ground.neighbours(middle), &[middle; 9]);
        let top = ground.under([0, 60]);
        let next = ground.under([1, 60]);
        assert_eq!(
            ground.neighbours(top),
            &[WALL, WALL, WALL, top, top, top, next, next, next]
        );
        // A corner's tile that is not kept is the strip of the nearer wall.
        assert_eq!(ground.under([0, 2]), top);
        assert_eq!(ground.under([2, 0]), ground.under([60, 0]));
        assert_ne!(ground.under([0, 1]), top);
    }

    #[test]
    fn it_grows_by_one_tile_at_each_wall_and_keeps_what_it_has() {
        let ground = walled(250, 256, 2, 2);
        let (grown, from) = ground.grown(&[Growth::Axis(0)]);
        stands_for_all(&grown, 16, 16);
        for y in 0..16 {
            for x in 0..16 {
                // Each tile begins as what stood there before.
                assert_eq!(
                    from[grown.under([y, x]) as usize],
                    ground.under([y, x]),
                    "{y} {x}"
                );
            }
        }
        assert_eq!(grown.axes()[0].depth(), 3);
        assert_eq!(grown.axes()[1].depth(), 2);
    }

    #[test]
    fn a_corner_grows_around_its_outermost_tile_and_takes_the_strips_with_it() {
        let ground = walled(2048, 2048, 2, 2);
        let (grown, from) = ground.grown(&[Growth::Corner([1, 1])]);
        assert_eq!(grown.axes()[0].depth(), 3);
        stands_for_all(&grown, 128, 128);
        let tile = grown.under([2, 2]);
        assert_eq!(grown.classes()[tile as usize], [2, 2]);
        assert_eq!(from[tile as usize], ground.under([2, 2]));
        // Only there.
        assert_eq!(grown.under([2, 125]), grown.under([2, 60]));
    }

    #[test]
    fn it_grows_until_it_is_the_world() {
        let mut ground = walled(200, 128, 1, 1);
        for _ in 0..20 {
            let growth: Vec<Growth> = ground.seams().iter().map(|seam| seam.grows).collect();
            let (grown, from) = ground.grown(&growth);
            for y in 0..13 {
                for x in 0..8 {
                    assert_eq!(from[grown.under([y, x]) as usize], ground.under([y, x]));
                }
            }
            stands_for_all(&grown, 13, 8);
            ground = grown;
        }
        assert!(ground.is_whole() && ground.seams().is_empty());
    }

    #[test]
    fn a_ring_has_a_tile_for_each_of_its_sizes() {
        let ground = Ground::new([Axis::ring(40, 16), Axis::ring(32, 16)], 1);
        assert_eq!(ground.len(), 2);
        stands_for_all(&ground, 3, 2);
        assert!(ground.seams().is_empty());
        let small = Ground::new([Axis::ring(8, 16), Axis::ring(16, 16)], 1);
        assert_eq!(small.neighbours(0), &[0; 9]);
    }
}
