//! Draws frames on a canvas with WebGL2.
//!
//! Where a pixel of the canvas is no larger than one of the frame, the frame is put into colours once, a pixel for each of its
//! own, and laid out from there; else each pixel of the canvas gathers those that lie under it. What is not the world, and what
//! of it is not in the frame, is wiped, not drawn: without a graphics card every pixel that is drawn takes its time.
//!
//! Knows nothing of the page. After a lost context all of it is made anew, from the last frame that it was given.

mod program;
mod textures;

use atheria_shared::frame::{FrameHeader, Scale};
use atheria_shared::view::Quantity;
use frontend::camera::{Edges, Placement, Xy};
use frontend::colormap::Table;
use frontend::pane::Pane;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlCanvasElement, WebGl2RenderingContext as Gl, WebGlContextAttributes, WebGlFramebuffer};

use program::Program;
use textures::{COLOURS, LEVELS, PAINTED, Texture};

/// Lines between cells are drawn from this many pixels of the page a cell.
const GRID_FROM_PIXELS: f64 = 8.0;
const GRID_OPACITY: f32 = 0.075;
/// What is around the world, and the line about it.
const MARGIN: [f32; 3] = [0.027, 0.031, 0.043];
const EDGE: [f32; 3] = [0.17, 0.19, 0.24];

const WHOLE: &str = concat!(
    include_str!("painter/colouring.glsl"),
    include_str!("painter/whole.frag")
);
const FAR: &str = concat!(
    include_str!("painter/colouring.glsl"),
    include_str!("painter/far.frag")
);
const NEAR: &str = include_str!("painter/near.frag");

/// Why nothing can be drawn.
#[derive(Debug)]
pub(crate) enum PainterError {
    /// The browser has no WebGL2.
    Missing,
    /// It refused a shader or a texture.
    Refused(String),
}

/// The colours of levels, and what each of three channels adds at its brightest.
type Colouring = (Table, [[u8; 3]; 3]);

/// What the graphics card holds.
struct Held {
    whole: Program,
    near: Program,
    far: Program,
    levels: Texture,
    colours: Texture,
    painted: Texture,
    target: WebGlFramebuffer,
}

/// A canvas that frames are drawn on.
pub(crate) struct Painter {
    canvas: HtmlCanvasElement,
    gl: Gl,
    held: Held,
    frame: Option<(FrameHeader, Vec<u8>)>,
    colouring: Option<Colouring>,
    /// Whether the frame in colours is not that of the present levels and colours.
    stale: bool,
}

impl Painter {
    /// Takes a canvas over.
    pub(crate) fn new(canvas: HtmlCanvasElement) -> Result<Self, PainterError> {
        let wishes = WebGlContextAttributes::new();
        wishes.set_alpha(false);
        wishes.set_antialias(false);
        wishes.set_depth(false);
        // What was drawn can be read back, by a test or by a user who saves the picture.
        wishes.set_preserve_drawing_buffer(true);
        let context = canvas.get_context_with_context_options("webgl2", &wishes);
        let gl: Gl = context
            .ok()
            .flatten()
            .and_then(|context| context.dyn_into().ok())
            .ok_or(PainterError::Missing)?;
        Ok(Self {
            held: Held::new(&gl)?,
            canvas,
            gl,
            frame: None,
            colouring: None,
            stale: true,
        })
    }

    /// Makes everything anew, after the context was lost and came back.
    pub(crate) fn restore(&mut self) -> Result<(), PainterError> {
        self.held = Held::new(&self.gl)?;
        if let Some((header, pixels)) = self.frame.take() {
            self.show(header, pixels)?;
        }
        if let Some((table, primaries)) = self.colouring.take() {
            self.colour(&table, primaries)?;
        }
        Ok(())
    }

    /// Takes the size of the canvas on the screen, in its pixels.
    pub(crate) fn resize(&self, size: Xy) {
        let (width, height) = (size.x.max(1.0) as u32, size.y.max(1.0) as u32);
        if self.canvas.width() != width || self.canvas.height() != height {
            self.canvas.set_width(width);
            self.canvas.set_height(height);
        }
    }

    /// The frame that is shown.
    pub(crate) fn frame(&self) -> Option<(&FrameHeader, &[u8])> {
        let (header, pixels) = self.frame.as_ref()?;
        Some((header, pixels))
    }

    /// Takes the next frame.
    pub(crate) fn show(&mut self, header: FrameHeader, pixels: Vec<u8>) -> Result<(), PainterError> {
        let bytes = header.bytes_per_pixel() as u32;
        let size = [header.width, header.height];
        self.held.levels.take(&self.gl, size, bytes, Some(&pixels))?;
        self.frame = Some((header, pixels));
        self.stale = true;
        Ok(())
    }

    /// Takes the colours of the levels, and those that three channels are mixed from.
    pub(crate) fn colour(&mut self, table: &Table, primaries: [[u8; 3]; 3]) -> Result<(), PainterError> {
        let colouring = (*table, primaries);
        if self.colouring.as_ref() == Some(&colouring) {
            return Ok(());
        }
        self.held
            .colours
            .take(&self.gl, [256, 1], 4, Some(table.as_flattened()))?;
        self.colouring = Some(colouring);
        self.stale = true;
        Ok(())
    }

    /// Forgets the world: the canvas is empty.
    pub(crate) fn clear(&mut self) {
        self.frame = None;
        self.wipe(MARGIN);
    }

    /// The header of the frame that is shown.
    pub(crate) fn header(&self) -> Option<&FrameHeader> {
        self.frame.as_ref().map(|(header, _)| header)
    }

    /// Draws the frame at its place, inside the world's edges. `pixel_ratio`: pixels of the screen for one of the page.
    pub(crate) fn draw(
        &mut self,
        place: Placement,
        edges: Option<Edges>,
        pixel_ratio: f64,
    ) -> Result<(), PainterError> {
        let Some(&(header, _)) = self.frame.as_ref() else {
            return Ok(());
        };
        let size = Xy::new(f64::from(self.canvas.width()), f64::from(self.canvas.height()));
        let span = place.texels_a_pixel(&header);
        let near = span <= 1.0;
        if near && self.stale {
            self.put_into_colours(&header)?;
        }
        let canvas = Pane::of(size);
        self.gl.viewport(0, 0, canvas.right, canvas.bottom);
        let world = match &edges {
            Some(edges) => {
                self.wipe(MARGIN);
                self.within(canvas.with_edge(edges), size, |painter| painter.wipe(EDGE));
                canvas.inside(edges)
            }
            None => canvas,
        };
        // What of the world is not in this picture is under way.
        self.within(world, size, |painter| painter.wipe(painter.nothing(&header)));
        self.within(world.covered_by(&header, &place), size, |painter| {
            let program = if near {
                &painter.held.near
            } else {
                &painter.held.far
            };
            let (gl, corner) = (&painter.gl, place.texel_at_corner(&header));
            program.take(gl);
            gl.uniform2f(program.at("corner"), corner.x as f32, corner.y as f32);
            gl.uniform1f(program.at("span"), span as f32);
            gl.uniform1f(program.at("bottom"), size.y as f32);
            let last = [header.width, header.height].map(|side| side.cast_signed() - 1);
            gl.uniform2i(program.at("last"), last[0], last[1]);
            if near {
                let lines = header.cells_per_pixel <= 1 && place.scale >= GRID_FROM_PIXELS * pixel_ratio;
                gl.uniform1f(program.at("grid"), if lines { GRID_OPACITY } else { 0.0 });
                gl.uniform1i(program.at("marked"), i32::from(!header.finite));
            } else {
                let mean = header.quantity == Quantity::Channel && header.scale == Scale::Linear;
                gl.uniform1i(program.at("mean"), i32::from(mean));
                painter.set_colours(program, &header);
            }
            gl.draw_arrays(Gl::TRIANGLES, 0, 3);
        });
        Ok(())
    }

    /// Makes the frame's colours, at its own size.
    fn put_into_colours(&mut self, header: &FrameHeader) -> Result<(), PainterError> {
        let size = [header.width, header.height];
        self.held.painted.take(&self.gl, size, 4, None)?;
        let (gl, whole) = (&self.gl, &self.held.whole);
        gl.bind_framebuffer(Gl::FRAMEBUFFER, Some(&self.held.target));
        gl.viewport(0, 0, header.width.cast_signed(), header.height.cast_signed());
        whole.take(gl);
        self.set_colours(whole, header);
        gl.draw_arrays(Gl::TRIANGLES, 0, 3);
        gl.bind_framebuffer(Gl::FRAMEBUFFER, None);
        self.stale = false;
        Ok(())
    }

    /// Gives a program what it makes colours of levels with.
    fn set_colours(&self, program: &Program, header: &FrameHeader) {
        let gl = &self.gl;
        gl.uniform1i(program.at("kind"), header.bytes_per_pixel() as i32);
        if let Some((_, primaries)) = &self.colouring {
            let parts = primaries.as_flattened().iter();
            let columns: Vec<f32> = parts.map(|part| f32::from(*part) / 255.0).collect();
            gl.uniform_matrix3fv_with_f32_array(program.at("mixed"), false, &columns);
        }
    }

    /// What has no value yet looks like: as level 0 of one number, else black.
    fn nothing(&self, header: &FrameHeader) -> [f32; 3] {
        match &self.colouring {
            Some((table, _)) if header.bytes_per_pixel() == 1 => {
                let [r, g, b, _] = table[0];
                [r, g, b].map(|part| f32::from(part) / 255.0)
            }
            _ => [0.0; 3],
        }
    }

    fn wipe(&self, [r, g, b]: [f32; 3]) {
        self.gl.clear_color(r, g, b, 1.0);
        self.gl.clear(Gl::COLOR_BUFFER_BIT);
    }

    /// Draws on some pixels of a canvas alone; the card counts rows from below.
    fn within(&self, pane: Pane, canvas: Xy, draw: impl FnOnce(&Self)) {
        let Some([width, height]) = pane.size() else {
            return;
        };
        self.gl.enable(Gl::SCISSOR_TEST);
        self.gl
            .scissor(pane.left, canvas.y as i32 - pane.bottom, width, height);
        draw(self);
        self.gl.disable(Gl::SCISSOR_TEST);
    }
}

impl Held {
    fn new(gl: &Gl) -> Result<Self, PainterError> {
        gl.pixel_storei(Gl::UNPACK_ALIGNMENT, 1);
        let from_levels = |source: &str, uniforms: &[&'static str]| {
            let program = Program::new(gl, source, uniforms)?;
            program.take(gl);
            gl.uniform1i(program.at("picture"), LEVELS.cast_signed());
            gl.uniform1i(program.at("colours"), COLOURS.cast_signed());
            Ok(program)
        };
        let whole = from_levels(WHOLE, &["picture", "colours", "kind", "mixed"])?;
        let far = from_levels(
            FAR,
            &[
                "picture", "colours", "kind", "mixed", "corner", "span", "bottom", "last", "mean",
            ],
        )?;
        let near = Program::new(
            gl,
            NEAR,
            &["picture", "corner", "span", "bottom", "last", "marked", "grid"],
        )?;
        near.take(gl);
        gl.uniform1i(near.at("picture"), PAINTED.cast_signed());
        let levels = Texture::new(gl, LEVELS)?;
        let colours = Texture::new(gl, COLOURS)?;
        let mut painted = Texture::new(gl, PAINTED)?;
        painted.take(gl, [1, 1], 4, None)?;
        let target = painted.target(gl)?;
        Ok(Self {
            whole,
            near,
            far,
            levels,
            colours,
            painted,
            target,
        })
    }
}

fn refused(error: &JsValue) -> PainterError {
    PainterError::Refused(format!("{error:?}"))
}
